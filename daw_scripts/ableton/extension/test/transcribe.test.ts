import assert from "node:assert/strict";
import { test } from "node:test";

import { MidiClip, MidiTrack } from "./modules/@ableton-extensions/sdk";
import { Studio } from "./studio";

const TRANSCRIBE = "AuxSend: Transcribe to MIDI track";
const PIANO = {
  name: "piano",
  program: 0,
  is_drum: false,
  color: [64, 160, 120],
  notes: [[57, 81, 0.5, 0.25]],
  bends: [],
};
const DRUMS = { ...PIANO, name: "drums", is_drum: true, notes: [[36, 127, 0, 0], [38, 90, 3.9, 0.4]] }; // prettier-ignore

function answer(studio: Studio, ...tracks: unknown[]): void {
  studio.bridge.answers.set("transcribe", { result: { tracks, notices: [], bend_range_semitones: 2, model: "auto" } });
}

test("each instrument has a MIDI track, with its notes in beats at the clip's place", async () => {
  const studio = await Studio.open();
  answer(studio, PIANO, DRUMS);
  const audio = studio.addAudioClip();
  assert.equal(await studio.choose(TRANSCRIBE, "AudioClip", audio.handle), "");
  const [, ...tracks] = studio.live.song.tracks;
  assert.ok(tracks.every((track) => track instanceof MidiTrack));
  const names = tracks.map((track) => track.name);
  assert.deepEqual(names, ["Verse é piano", "Verse é drums"]);
  const [piano, drums] = tracks.map((track) => track.arrangementClips[0]);
  assert.ok(piano instanceof MidiClip && drums instanceof MidiClip);
  assert.deepEqual([piano.name, piano.startTime, piano.endTime], ["piano", 8, 16]);
  assert.deepEqual(piano.notes, [{ pitch: 57n, velocity: 81n, startTime: 1, duration: 0.5 }]);
  assert.equal(drums.endTime, 8 + 8.6); // longer than the audio: its last note ends later
  assert.equal(audio.muted, false);
  assert.equal(studio.live.undoSteps.length, 3);
});

test("where the tempo changes, notes begin and end with the audio, and a sentence says so", async () => {
  const studio = await Studio.open();
  answer(studio, { ...PIANO, notes: [[57, 81, 4, 1]] });
  const audio = studio.addAudioClip();
  studio.live.song.tempo = 60; // Live renders 8 seconds
  studio.bridge.answers.set("transcribe", () => {
    studio.live.song.tempo = 120; // and tells the tempo at the playhead
    return { result: { tracks: [{ ...PIANO, notes: [[57, 81, 4, 1]] }], notices: [] } };
  });
  assert.match(await studio.choose(TRANSCRIBE, "AudioClip", audio.handle), /The tempo changes in this range/);
  const clip = studio.live.song.tracks[1]?.arrangementClips[0];
  assert.ok(clip instanceof MidiClip);
  assert.deepEqual([clip.notes[0]?.startTime, clip.notes[0]?.duration], [4, 1]);
});

test("silence makes no track", async () => {
  const studio = await Studio.open();
  answer(studio);
  assert.match(await studio.choose(TRANSCRIBE, "AudioClip", studio.addAudioClip().handle), /nothing to write down/);
  assert.equal(studio.live.undoSteps.length, 0);
});

test("notes that are none are told, and change nothing", async () => {
  const studio = await Studio.open();
  for (const [notes, sentence] of [
    [[[57, 81, 0.5]], /“tracks\[0\].notes\[0\]” must be pitch, velocity, onset and duration/],
    [[[57.5, 81, 0.5, 1]], /“tracks\[0\].notes\[0\]” must be a whole number/],
    ["none", /“tracks\[0\].notes” must be a list/],
  ] as const) {
    answer(studio, { ...PIANO, notes });
    assert.match(await studio.choose(TRANSCRIBE, "AudioClip", studio.addAudioClip().handle), sentence);
  }
  assert.equal(studio.live.undoSteps.length, 0);
});
