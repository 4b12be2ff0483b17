import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

import { projectOf } from "../src/actions/suggest";
import { pickList } from "../src/dialogs";
import { text } from "../src/parsing";
import { AudioClip } from "./modules/@ableton-extensions/sdk";
import { Studio } from "./studio";

const SUGGEST = "AuxSend: Suggest samples";

function row(name: string, path: string | null, changes: object = {}): object {
  return {
    sample: `id of ${name}`, name, folders: [], path, kind: "loop", key: "A minor", bpm: 96, duration_sec: 2.5,
    tags: ["drums"], score: 0.5, why: ["same key"], playrate: 1.25, length_sec: 2, ...changes,
  }; // prettier-ignore
}

test("chosen samples lie on new tracks at the clip's place, and their use is told", async () => {
  const studio = await Studio.open();
  const rows = [
    row("Loop é", studio.leave("loop.wav")),
    row("Kick", studio.leave("kick.wav"), { kind: "one-shot/kick", playrate: 1, length_sec: 0.5, bpm: 0, key: "" }),
    row("Hat", studio.leave("hat.wav")),
  ];
  studio.bridge.answers.set("suggest", { result: { rows, notices: [] } });
  studio.live.answers.push("[0,1]");
  const shown = await studio.choose(SUGGEST, "AudioClip", studio.addAudioClip().handle);
  assert.match(shown, /Loop é.*Kick.*Hat/s);
  const [, ...tracks] = studio.live.song.tracks;
  assert.deepEqual(
    tracks.map((track) => track.name),
    ["Loop é", "Kick"],
  );
  const places = tracks.map((track) => (track.arrangementClips[0] as AudioClip).place);
  const samples = join(studio.folder, "Song Project", "Samples", "Imported");
  assert.deepEqual(places, [
    { filePath: join(samples, "loop.wav"), startTime: 8, isWarped: true }, // Live stretches it to the set's tempo
    { filePath: join(samples, "kick.wav"), startTime: 8, duration: 1, isWarped: false },
  ]);
  const uses = studio.bridge
    .of("use")
    .map((asked) => [asked.params.get("sample", text), asked.params.get("project", text)]);
  const project = join(studio.folder, "Song Project");
  assert.deepEqual(uses, [
    ["id of Loop é", project],
    ["id of Kick", project],
  ]);
});

test("the bridge is told the set's tempo", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("suggest", { result: { rows: [row("Loop", null)], notices: [] } });
  studio.live.song.tempo = 92;
  await studio.choose(SUGGEST, "AudioClip", studio.addAudioClip().handle);
  assert.equal(JSON.parse(studio.bridge.of("suggest")[0]?.body ?? "").params.project_bpm, 92);
});

test("closing the list changes nothing", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("suggest", { result: { rows: [row("Loop", studio.leave("loop.wav"))], notices: [] } });
  await studio.choose(SUGGEST, "AudioClip", studio.addAudioClip().handle);
  assert.equal(studio.live.undoSteps.length, 0);
});

test("a list that answers with something else is told", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("suggest", { result: { rows: [row("Loop", studio.leave("loop.wav"))], notices: [] } });
  for (const answer of ["{", '{"0": 1}', '["0"]']) {
    studio.live.answers.push(answer);
    assert.match(await studio.choose(SUGGEST, "AudioClip", studio.addAudioClip().handle), /Something unexpected/);
  }
  assert.equal(studio.live.undoSteps.length, 0);
});

test("an empty library is told", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("suggest", { result: { rows: [], notices: [] } });
  const shown = await studio.choose(SUGGEST, "AudioClip", studio.addAudioClip().handle);
  assert.match(shown, /auxsend library add/);
});

const SAMPLE = {
  id: "1",
  name: "<b>&",
  path: null,
  kind: "loop",
  key: "",
  quarterBpm: 0,
  why: [],
  playrate: 1,
  lengthSec: 1,
};

test("names are shown as text, and samples without a file cannot be ticked", () => {
  const page = decodeURIComponent(pickList([SAMPLE, { ...SAMPLE, path: "/a.wav" }]));
  assert.match(page, /&lt;b&gt;&amp;/);
  assert.ok(!page.includes("<b>"));
  assert.deepEqual(page.match(/<input[^>]*>/g), [
    '<input type="checkbox" value="0" disabled>',
    '<input type="checkbox" value="1">',
  ]);
});

for (const [system, window] of [
  ["macOS", (live: object) => ({ webkit: { messageHandlers: { live } } })],
  ["Windows", (live: object) => ({ chrome: { webview: live } })],
] as const) {
  test(`the list sends what is ticked, in Live on ${system}`, () => {
    const script = /<script>(.*)<\/script>/s.exec(decodeURIComponent(pickList([])))?.[1] ?? "";
    const sent: unknown[] = [];
    const send = (ticked: readonly string[]): void => {
      const host = { postMessage: (message: unknown) => void sent.push(JSON.stringify(message)) };
      const document = { querySelectorAll: () => ticked.map((value) => ({ value })) };
      runInContext(`${script}; insert();`, createContext({ window: window(host), document }));
    };
    send(["0", "3"]);
    send([]);
    const message = (param: string): string => JSON.stringify({ method: "close_and_send", params: [param] });
    assert.deepEqual(sent, [message("[0,3]"), message("")]);
  });
}

test("a project is the folder above Live's Samples", () => {
  assert.equal(projectOf(join("/m", "My Project", "Samples", "Imported", "a.wav")), join("/m", "My Project"));
  assert.equal(projectOf(join("/m", "a.wav")), "/m");
});
