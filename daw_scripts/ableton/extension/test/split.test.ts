import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { number, text } from "../src/parsing";
import { AudioClip, AudioTrack, ClipSlot, MidiTrack } from "./modules/@ableton-extensions/sdk";
import type { Asked } from "./stand-in-bridge";
import { Studio } from "./studio";

const SPLIT = "AuxSend: Split to stems";

function answerSplit(studio: Studio, ...names: string[]): string[] {
  const files = names.map((name) => studio.leave(`${name}.wav`));
  const stems = names.map((name, place) => ({ name, file: files[place], color: [226, 88, 108] }));
  studio.bridge.answers.set("split", {
    result: { stems, sample_rate_hz: 44100, samples: 10, model: "fake", notices: [] },
  });
  return files;
}

test("stems lie on new tracks in their order, in time, not warped, and the clip is muted", async () => {
  const studio = await Studio.open();
  const clip = studio.addAudioClip();
  answerSplit(studio, "vocals", "drums", "bass");
  assert.equal(await studio.choose(SPLIT, "AudioClip", clip.handle), "");
  const [, ...tracks] = studio.live.song.tracks;
  assert.deepEqual(
    tracks.map((track) => track.name),
    ["Verse é vocals", "Verse é drums", "Verse é bass"],
  );
  for (const [place, name] of ["vocals", "drums", "bass"].entries()) {
    const [stem, ...others] = tracks[place]?.arrangementClips ?? [];
    assert.ok(stem instanceof AudioClip && others.length === 0);
    assert.deepEqual([stem.name, stem.startTime, stem.endTime], [name, 8, 16]);
    const filePath = join(studio.folder, "Song Project", "Samples", "Imported", `${name}.wav`);
    assert.deepEqual(stem.place, { filePath, startTime: 8, duration: 8, isWarped: false });
    assert.equal(stem.color, BigInt(0xe2586c));
  }
  assert.equal(clip.muted, true);
});

test("it takes three steps to undo, and what was left on the way is removed", async () => {
  const studio = await Studio.open();
  const clip = studio.addAudioClip();
  const files = answerSplit(studio, "vocals", "drums");
  await studio.choose(SPLIT, "AudioClip", clip.handle);
  assert.equal(studio.live.undoSteps.length, 3);
  assert.deepEqual(
    files.filter((file) => existsSync(file)),
    [],
  );
  assert.deepEqual(
    readdirSync(studio.folder).filter((name) => name.startsWith("render")),
    [],
  );
});

test("the bridge is told what Live has rendered, and how long that is", async () => {
  const studio = await Studio.open();
  answerSplit(studio, "vocals");
  studio.live.song.tempo = 90;
  await studio.choose(SPLIT, "AudioClip", studio.addAudioClip(8, 17).handle);
  const [asked] = studio.bridge.of("split");
  assert.ok(asked);
  const clip = JSON.parse(asked.body).params.clip;
  assert.match(clip.file, /render 8-17\.wav$/);
  assert.ok(Math.abs(clip.length_sec - 6) < 1e-4);
  assert.equal(asked.params.get("name", text), "Verse é");
  assert.equal(asked.params.get("folder", text), join(studio.folder, "temp"));
  assert.ok(existsSync(join(studio.folder, "temp")));
});

test("a selection in the arrangement mutes only clips that lie in it wholly", async () => {
  const studio = await Studio.open();
  const inside = studio.addAudioClip(8, 12);
  const track = studio.live.song.tracks[0];
  assert.ok(track instanceof AudioTrack);
  const across = new AudioClip(studio.live, track, 12, 20);
  track.arrangementClips.push(across);
  answerSplit(studio, "vocals");
  const selection = { time_selection_start: 8, time_selection_end: 16, selected_lanes: [track.handle] };
  await studio.choose(SPLIT, "AudioTrack.ArrangementSelection", selection);
  assert.deepEqual([inside.muted, across.muted], [true, false]);
  assert.equal(studio.live.song.tracks[1]?.arrangementClips[0]?.endTime, 16);
});

for (const [what, failAt] of [
  ["a track", "audio track"],
  ["a clip", "audio clip"],
] as const) {
  test(`where ${what} cannot be made, the new tracks go again and a sentence is shown`, async () => {
    const studio = await Studio.open();
    const clip = studio.addAudioClip();
    answerSplit(studio, "vocals", "drums");
    studio.live.failAt = failAt;
    assert.match(await studio.choose(SPLIT, "AudioClip", clip.handle), /Something unexpected happened: .* went wrong/);
    assert.equal(studio.live.song.tracks.length, 1);
  });
}

test("what the bridge refuses is shown as it says it", async () => {
  const studio = await Studio.open();
  const error = { reason: "MODEL_UNAVAILABLE", message: "The weights of “x” are missing; fetch <them>." };
  studio.bridge.answers.set("split", { error });
  const shown = await studio.choose(SPLIT, "AudioClip", studio.addAudioClip().handle);
  assert.match(shown, /The weights of “x” are missing; fetch &lt;them&gt;\./);
  assert.equal(studio.live.undoSteps.length, 0);
});

test("notices are shown when it is done", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("split", { result: { stems: [], notices: ["“vocals” was clipped."] } });
  assert.match(await studio.choose(SPLIT, "AudioClip", studio.addAudioClip().handle), /“vocals” was clipped\./);
});

test("cancelling cancels the job, changes nothing and says nothing", async () => {
  const studio = await Studio.open();
  studio.bridge.answers.set("split", "works");
  studio.live.cancelAt = "Separating";
  const clip = studio.addAudioClip();
  assert.equal(await studio.choose(SPLIT, "AudioClip", clip.handle), "");
  const [job] = studio.bridge.of("split");
  assert.deepEqual(
    studio.bridge.of("cancel").map((asked: Asked) => asked.params.get("job", text)),
    [job?.id],
  );
  assert.equal(studio.live.undoSteps.length, 0);
  assert.deepEqual(
    readdirSync(studio.folder).filter((name) => name.startsWith("render")),
    [],
  );
});

test("the dialog says what the job says", async () => {
  const studio = await Studio.open();
  answerSplit(studio, "vocals");
  await studio.choose(SPLIT, "AudioClip", studio.addAudioClip().handle);
  const said = ["Rendering in Live", "Waiting for the engine", "Separating", "Copying into the project"];
  assert.deepEqual(studio.live.updates.filter((update) => said.includes(update)).slice(0, 3), said.slice(0, 3));
});

test("clips of the session, several tracks and no range are refused before anything is rendered", async () => {
  const studio = await Studio.open();
  const clip = studio.addAudioClip();
  const track = studio.live.song.tracks[0];
  assert.ok(track instanceof AudioTrack);
  const slot = new ClipSlot(studio.live, track);
  const inSession = new AudioClip(studio.live, slot, 0, 4);
  const other = studio.live.track(new MidiTrack(studio.live, "MIDI"));
  const range = { time_selection_start: 8, time_selection_end: 16 };
  const two = new AudioTrack(studio.live, "Two");
  for (const [scope, given, sentence] of [
    ["AudioClip", inSession.handle, /the arrangement only/],
    ["AudioTrack.ArrangementSelection", { ...range, selected_lanes: [other.handle] }, /of an audio track/],
    ["AudioTrack.ArrangementSelection", { ...range, selected_lanes: [track.handle, two.handle] }, /of one only/],
    ["AudioTrack.ArrangementSelection", { ...range, time_selection_end: 8, selected_lanes: [track.handle] }, /a range/],
    ["AudioClip", { id: 4 }, /“clip” must be a handle/],
    ["AudioClip", null, /“clip” must be an object/],
    ["AudioClip", { id: 999n }, /no such object/],
  ] as const) {
    assert.match(await studio.choose(SPLIT, scope, given), sentence);
  }
  assert.deepEqual([studio.bridge.asked.length, studio.live.updates.length, clip.muted], [0, 0, false]);
});

test("without a folder for files, the sentence says so", async () => {
  const studio = await Studio.open();
  studio.live.context.environment.tempDirectory = undefined;
  assert.match(await studio.choose(SPLIT, "AudioClip", studio.addAudioClip().handle), /no folder for files/);
});

test("numbers are read as numbers, bigint or not", () => {
  assert.equal(number(4n, ""), 4);
  assert.throws(() => number("4", "x"), /“x” must be a number/);
  assert.throws(() => number(Number.NaN, "x"), /“x” must be a number/);
});
