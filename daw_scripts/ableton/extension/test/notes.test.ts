import assert from "node:assert/strict";
import { test } from "node:test";

import { endOf, notesForLive, playedNotes } from "../src/notes";
import { FakeLive, MidiClip, MidiTrack } from "./modules/@ableton-extensions/sdk";
import { newFolder } from "./studio";

type Rows = readonly (readonly [pitch: number, onset: number, duration: number])[];

function clip(rows: Rows, set: Partial<Pick<MidiClip, "looping" | "loopStart" | "loopEnd" | "startMarker">>): MidiClip {
  const live = new FakeLive(newFolder());
  const made = new MidiClip(live, live.track(new MidiTrack(live, "")), 0, 8);
  made.notes = rows.map(([pitch, startTime, duration]) => ({ pitch, startTime, duration }));
  return Object.assign(made, set);
}

function played(of: MidiClip, lengthBeats: number): Rows {
  return playedNotes(of as never, lengthBeats).map((note) => [note.pitch, note.onset, note.duration]);
}

const SCALE: Rows = [
  [60, 0, 1],
  [62, 1, 1],
  [64, 2, 3],
];

test("a clip plays its content from the start marker to its end", () => {
  assert.deepEqual(played(clip(SCALE, {}), 8), SCALE);
  assert.deepEqual(played(clip(SCALE, { startMarker: 1 }), 8), [
    [62, 0, 1],
    [64, 1, 3],
  ]);
});

test("what lies beyond the clip's end is not heard, and notes end with it", () => {
  assert.deepEqual(played(clip(SCALE, {}), 2.5), [
    [60, 0, 1],
    [62, 1, 1],
    [64, 2, 0.5],
  ]);
});

test("a loop shorter than the clip is heard again and again, and cut off at the end", () => {
  const looped = clip(SCALE, { looping: true, loopStart: 1, loopEnd: 2.5, startMarker: 0 });
  assert.deepEqual(played(looped, 5), [
    [60, 0, 1],
    [62, 1, 1],
    [64, 2, 0.5], // the first pass goes from the start marker to the loop's end
    [62, 2.5, 1],
    [64, 3.5, 0.5],
    [62, 4, 1],
  ]);
});

test("a start marker behind the loop, and a loop of no length, play on without looping", () => {
  assert.deepEqual(played(clip(SCALE, { looping: true, loopStart: 0, loopEnd: 1, startMarker: 1 }), 8).length, 2);
  assert.deepEqual(played(clip(SCALE, { looping: true, loopStart: 1, loopEnd: 1 }), 8), SCALE);
});

test("velocities are whole numbers of 1 at least, 100 where none is told", () => {
  const made = clip([], {});
  made.notes = [
    { pitch: 60, startTime: 0, duration: 1, velocity: 0 },
    { pitch: 61, startTime: 0, duration: 1 },
  ];
  assert.deepEqual(
    playedNotes(made as never, 4).map((note) => note.velocity),
    [1, 100],
  );
});

test("seconds become beats at the tempo of the place, and no note is without length", () => {
  const notes = notesForLive(
    [
      { pitch: 60, velocity: 80, onsetSec: 0.5, durationSec: 0.25 },
      { pitch: 61, velocity: 81, onsetSec: 1, durationSec: 0 },
    ],
    1.5,
  );
  assert.deepEqual(notes[0], { pitch: 60, velocity: 80, startTime: 0.75, duration: 0.375 });
  assert.ok((notes[1]?.duration ?? 0) > 0);
  assert.equal(endOf(notes), 1.5 + 1 / 256);
  assert.equal(endOf([]), 0);
});
