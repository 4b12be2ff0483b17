import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { findBridge, stateFolder } from "../src/bridge-place";
import { newFolder } from "./studio";

test("the state folder is the bridge's own", () => {
  assert.equal(stateFolder({ AUXSEND_HOME: "/a" }, "linux", "/home/ana"), join("/a", "state"));
  assert.equal(stateFolder({}, "linux", "/home/ana"), join("/home/ana", ".local", "state", "auxsend"));
  assert.equal(stateFolder({ XDG_STATE_HOME: "/s" }, "linux", "/home/ana"), join("/s", "auxsend"));
  const library = join("/Users/ana", "Library", "Application Support", "auxsend");
  assert.equal(stateFolder({}, "darwin", "/Users/ana"), library);
  assert.equal(stateFolder({ LOCALAPPDATA: "/L" }, "win32", "/Users/ana"), join("/L", "auxsend"));
});

test("the extension's own folder comes first, and holds the token too", async () => {
  const [storage, state] = [newFolder(), newFolder()];
  writeFileSync(join(state, "bridge.json"), '{"v": 1, "http_port": 1}');
  writeFileSync(join(state, "bridge.token"), "state token\n");
  assert.deepEqual(await findBridge(storage, state), { port: 1, token: "state token" });
  writeFileSync(join(storage, "bridge.json"), '{"v": 1, "http_port": 2, "token": "own"}');
  assert.deepEqual(await findBridge(storage, state), { port: 2, token: "own" });
});

test("no bridge, half a file and a folder in its place are no bridge", async () => {
  const state = newFolder();
  await assert.rejects(
    findBridge(undefined, state),
    /No bridge of AuxSend is found\. Start it with “auxsend bridge”\.$/,
  );
  writeFileSync(join(state, "bridge.json"), '{"v": 1, "http_');
  await assert.rejects(findBridge("/x y", state), /auxsend config set live_extension "\/x y"$/);
  const folder = newFolder();
  mkdirSync(join(folder, "bridge.json"));
  await assert.rejects(findBridge(undefined, folder), /No bridge/);
});
