import assert from "node:assert/strict";
import { test } from "node:test";

import { ClipSlot, MidiClip, MidiTrack } from "./modules/@ableton-extensions/sdk";
import { Studio } from "./studio";

const CONTINUE = "AuxSend: Continue this melody";

/** Two candidates that begin 4.5 seconds after the clip does, at 120 BPM nine beats. */
function answer(studio: Studio): void {
  const melody = (pitch: number): unknown => ({
    name: "melody",
    program: 0,
    color: [1, 2, 3],
    notes: [[pitch, 90, 0.5, 0.25]],
  });
  const candidates = [71, 72].map((pitch) => ({ score: 0.8, tracks: [melody(pitch)] }));
  studio.bridge.answers.set("continue", {
    result: { candidates, begin_sec: 5, length_sec: 2, bars: 1, key: "A minor", notices: [] },
  });
}

test("the best melody follows the clip on its track, the others lie in take lanes", async () => {
  const studio = await Studio.open();
  answer(studio);
  const clip = studio.addMidiClip();
  assert.equal(await studio.choose(CONTINUE, "MidiClip", clip.handle), "");
  const [track] = studio.live.song.tracks;
  const best = track?.arrangementClips[1];
  const other = track?.takeLanes[0]?.clips[0];
  assert.ok(best instanceof MidiClip && other instanceof MidiClip);
  for (const [made, name, pitch] of [
    [best, "Hook 1", 71n],
    [other, "Hook 2", 72n],
  ] as const) {
    assert.deepEqual([made.name, made.startTime, made.endTime, made.color], [name, 16, 20, BigInt(0x010203)]);
    assert.deepEqual(made.notes, [{ pitch, velocity: 90n, startTime: 1, duration: 0.5 }]);
  }
  assert.equal(track?.takeLanes.length, 1);
  assert.equal(track?.takeLanes[0]?.name, "Hook 2");
  assert.equal(studio.live.undoSteps.length, 3);
});

test("the bridge is told the notes in seconds, and where the bars are", async () => {
  const studio = await Studio.open();
  answer(studio);
  studio.live.song.tempo = 90;
  studio.live.song.scaleMode = true;
  await studio.choose(CONTINUE, "MidiClip", studio.addMidiClip().handle);
  const [asked] = studio.bridge.of("continue");
  assert.ok(asked);
  const params = JSON.parse(asked.body).params;
  const beat = 60 / 90;
  assert.deepEqual(params.notes, [
    { pitch: 60, velocity: 90, onset_sec: 0, duration_sec: beat },
    { pitch: 64, velocity: 100, onset_sec: 1.5 * beat, duration_sec: 0.5 * beat },
  ]);
  assert.equal(params.length_sec, 8 * beat);
  assert.deepEqual(params.tempos, [{ time_sec: -2 * beat, quarter_bpm: 90 }]);
  assert.deepEqual(params.time_signatures, [{ time_sec: -2 * beat, numerator: 4, denominator: 4 }]);
  assert.equal(params.key, "A minor");
});

test("a scale that is no key, or is not kept to, is not told as one", async () => {
  const studio = await Studio.open();
  answer(studio);
  for (const [scaleName, scaleMode] of [
    ["Dorian", true],
    ["Major", false],
  ] as const) {
    Object.assign(studio.live.song, { scaleName, scaleMode, tracks: [] });
    await studio.choose(CONTINUE, "MidiClip", studio.addMidiClip().handle);
    assert.equal(JSON.parse(studio.bridge.of("continue").at(-1)?.body ?? "").params.key, "");
  }
});

test("where there are clips after it, all melodies go to take lanes", async () => {
  const studio = await Studio.open();
  answer(studio);
  const clip = studio.addMidiClip();
  const track = studio.live.song.tracks[0];
  assert.ok(track instanceof MidiTrack);
  await track.createMidiClip(19, 4);
  assert.match(await studio.choose(CONTINUE, "MidiClip", clip.handle), /all melodies lie in take lanes/);
  assert.deepEqual([track.arrangementClips.length, track.takeLanes.length], [2, 2]);
});

test("in the session, melodies lie in the empty slots below", async () => {
  const studio = await Studio.open();
  answer(studio);
  const track = studio.live.track(new MidiTrack(studio.live, "Keys"));
  track.clipSlots.push(...Array.from({ length: 4 }, () => new ClipSlot(studio.live, track)));
  const [above, own, full, below] = track.clipSlots;
  assert.ok(above && own && full && below);
  const clip = await own.createMidiClip(4);
  await full.createMidiClip(4);
  clip.notes = [{ pitch: 60, startTime: 0, duration: 1 }];
  clip.name = "Riff";
  assert.match(await studio.choose(CONTINUE, "MidiClip", clip.handle), /1 more melodies found no empty slot/);
  assert.equal(above.clip, null);
  assert.ok(below.clip instanceof MidiClip);
  assert.deepEqual([below.clip.name, below.clip.endTime], ["Riff 1", 4]);
  assert.equal(below.clip.notes[0]?.pitch, 71n);
  assert.match(await studio.choose(CONTINUE, "MidiClip", clip.handle), /No slot below this clip is empty/);
});

test("a selection must hold one MIDI clip", async () => {
  const studio = await Studio.open();
  answer(studio);
  studio.addMidiClip();
  const track = studio.live.song.tracks[0];
  assert.ok(track instanceof MidiTrack);
  const select = (start: number, end: number): Promise<string> =>
    studio.choose(CONTINUE, "MidiTrack.ArrangementSelection", {
      time_selection_start: start,
      time_selection_end: end,
      selected_lanes: [track.handle],
    });
  assert.match(await select(0, 6), /Select one MIDI clip/);
  assert.equal(await select(0, 7), "");
  assert.match(await select(0, 40), /Select one MIDI clip/);
});

test("a clip without notes is refused before the bridge is asked", async () => {
  const studio = await Studio.open();
  const clip = studio.addMidiClip();
  clip.notes = [];
  assert.match(await studio.choose(CONTINUE, "MidiClip", clip.handle), /plays no notes/);
  assert.equal(studio.bridge.asked.length, 0);
});
