import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { FakeLive } from "./modules/@ableton-extensions/sdk";
import { StandInBridge } from "./stand-in-bridge";
import { newFolder } from "./studio";

const run = promisify(execFile);
const ROOT = join(__dirname, "..", "..");

test("the bundle is one file that Live can load, and it adds the entries", async () => {
  const file = join(newFolder(), "extension.js");
  execFileSync(process.execPath, ["bundle.mjs", "--without-sdk", file], { cwd: ROOT });
  const bundle: { activate(activation: unknown): Promise<void> } = require(file);
  const live = new FakeLive(newFolder());
  await bundle.activate({ hostApiVersion: "1.0.0", live });
  assert.equal(live.menu.length, 8);
});

/** Runs the bundle as Live does: it may read its own code and data, and write its data. */
async function runSandboxed(bundle: string, folder: string, home: string): Promise<string> {
  const isFinal = process.allowedNodeEnvironmentFlags.has("--permission");
  const readable = [dirname(bundle), join(ROOT, "build"), join(ROOT, "package.json"), folder];
  const flags = [
    isFinal ? "--permission" : "--experimental-permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${folder}`,
  ];
  const done = await run(process.execPath, [...flags, join(__dirname, "sandboxed.js"), bundle, folder], {
    env: { ...process.env, AUXSEND_HOME: home, NODE_NO_WARNINGS: "1" },
  });
  return done.stdout;
}

test("in Live's sandbox it finds the bridge through its own folder, and not through the bridge's", async (t) => {
  const [home, folder] = [newFolder(), newFolder()];
  const bundle = join(newFolder(), "extension.js");
  execFileSync(process.execPath, ["bundle.mjs", "--without-sdk", bundle], { cwd: ROOT });
  const bridge = new StandInBridge();
  t.after(() => bridge.stop());
  const place = JSON.stringify({ v: 1, http_port: (await bridge.start()).port, token: "another" });
  mkdirSync(join(home, "state"));
  writeFileSync(join(home, "state", "bridge.json"), place);
  assert.match(await runSandboxed(bundle, folder, home), /No bridge of AuxSend is found/);
  mkdirSync(join(folder, "storage"));
  writeFileSync(join(folder, "storage", "bridge.json"), place);
  assert.match(await runSandboxed(bundle, folder, home), /does not carry the bridge&#39;s token/);
});

test("without the SDK, the bundle says where it comes from", () => {
  const done = spawnSync(process.execPath, ["bundle.mjs"], { cwd: ROOT, encoding: "utf8", env: {} });
  assert.deepEqual([done.status, done.stdout], [1, ""]);
  assert.match(done.stderr, /docs\/live-extension\.md/);
});

test("the manifest leads to the bundle and names its version", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8"));
  const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  assert.deepEqual([manifest.entry, manifest.version], ["dist/extension.js", own.version]);
});
