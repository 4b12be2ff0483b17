/**
 * Notes of clips: what a clip plays, in seconds for the bridge, and what the bridge wrote, in beats for Live.
 *
 * A MIDI clip plays its content from its start marker on. A looping one plays to the end of its loop and then the loop,
 * over and over, until the clip ends; so a short loop in a long clip is heard many times, and written out here.
 */

import type { MidiClip, NoteDescription } from "@ableton-extensions/sdk";

import type { Note } from "./documents";
import { number, whole } from "./parsing";

const DEFAULT_VELOCITY = 100;
const SHORTEST_BEATS = 1 / 256;
const SHORTEST_LOOP_BEATS = 1 / 64;
/** More is refused by the bridge. */
export const MOST_NOTES = 10_000;

/** A note in beats from where its clip begins. */
interface PlayedNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly onset: number;
  readonly duration: number;
}

/** A part of a clip's content, and where in the clip it is played. */
interface Pass {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** Returns what a clip plays in its first `lengthBeats`, ordered by onset. */
export function playedNotes(clip: MidiClip, lengthBeats: number): readonly PlayedNote[] {
  const notes = clip.notes.filter((note) => note.muted !== true).map(readNote);
  const played = passesOf(clip, lengthBeats).flatMap((pass) =>
    notes
      .filter((note) => note.onset >= pass.from && note.onset < pass.to)
      .map((note) => ({
        ...note,
        onset: note.onset - pass.from + pass.at,
        duration: Math.min(note.duration, pass.to - note.onset),
      })),
  );
  return played.sort((one, other) => one.onset - other.onset || one.pitch - other.pitch);
}

/** Returns the parts of its content that a clip plays one after the other. */
function passesOf(clip: MidiClip, lengthBeats: number): readonly Pass[] {
  const loopBeats = clip.loopEnd - clip.loopStart;
  if (!clip.looping || loopBeats < SHORTEST_LOOP_BEATS || clip.startMarker >= clip.loopEnd) {
    return [{ from: clip.startMarker, to: Math.min(clip.endMarker, clip.startMarker + lengthBeats), at: 0 }];
  }
  const passes: Pass[] = [];
  let from = clip.startMarker;
  for (let at = 0; at < lengthBeats; from = clip.loopStart) {
    const to = Math.min(clip.loopEnd, from + lengthBeats - at);
    passes.push({ from, to, at });
    at += to - from;
  }
  return passes;
}

function readNote(note: NoteDescription): PlayedNote {
  return {
    pitch: whole(note.pitch, "pitch"),
    velocity: Math.max(1, Math.round(number(note.velocity ?? DEFAULT_VELOCITY, "velocity"))),
    onset: note.startTime,
    duration: note.duration,
  };
}

/** Returns notes as Live takes them. `beatsPerSec` is the tempo that holds where they will lie. */
export function notesForLive(notes: readonly Note[], beatsPerSec: number): readonly NoteDescription[] {
  return notes.map((note) => ({
    pitch: note.pitch,
    velocity: note.velocity,
    startTime: note.onsetSec * beatsPerSec,
    duration: Math.max(SHORTEST_BEATS, note.durationSec * beatsPerSec),
  }));
}

/** Returns where the last of the notes ends, in beats; 0 where there are none. */
export function endOf(notes: readonly NoteDescription[]): number {
  return notes.reduce((end, note) => Math.max(end, note.startTime + note.duration), 0);
}
