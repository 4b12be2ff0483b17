/** What the bridge says: jobs, and the results of the verbs that are used here. See docs/protocol.md. */

import { type Fields, fields, listOf, number, oneOf, orNull, type Read, text, Unreadable, whole } from "./parsing";

export type State = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  readonly id: string;
  readonly state: State;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly message: string;
  /** What went wrong, if something did. */
  readonly error: { readonly reason: string; readonly message: string } | null;
  readonly result: unknown;
}

export const readJob: Read<Job> = (value, where) => {
  const found = fields(value, where);
  return {
    id: found.get("id", text),
    state: found.get("state", oneOf<State>("queued", "running", "done", "failed", "cancelled")),
    fraction: found.get("fraction", orNull(number)) ?? 0,
    message: found.get("message", orNull(text)) ?? "",
    error: found.get("error", orNull(readError)),
    result: found.get("result", (result) => result),
  };
};

const readError: Read<{ reason: string; message: string }> = (value, where) => {
  const found = fields(value, where);
  return { reason: found.get("reason", text), message: found.get("message", text) };
};

/** 0xRRGGBB */
const readColour: Read<number> = (value, where) => {
  const parts = listOf(whole)(value, where);
  if (parts.length !== 3 || parts.some((part) => part < 0 || part > 255)) {
    throw new Unreadable(`“${where}” must be red, green and blue`);
  }
  return parts.reduce((colour, part) => colour * 256 + part, 0);
};

const readNotices = (found: Fields): readonly string[] => found.get("notices", orNull(listOf(text))) ?? [];

export interface Stem {
  readonly name: string;
  readonly file: string;
  readonly colour: number;
}

export interface SplitResult {
  readonly stems: readonly Stem[];
  readonly notices: readonly string[];
}

const readStem: Read<Stem> = (value, where) => {
  const found = fields(value, where);
  return { name: found.get("name", text), file: found.get("file", text), colour: found.get("color", readColour) };
};

export const readSplit: Read<SplitResult> = (value, where) => {
  const found = fields(value, where);
  return { stems: found.get("stems", listOf(readStem)), notices: readNotices(found) };
};

/** A note in seconds from the beginning of its item. */
export interface Note {
  readonly pitch: number;
  readonly velocity: number;
  readonly onsetSec: number;
  readonly durationSec: number;
}

export interface NoteTrack {
  readonly name: string;
  readonly colour: number;
  readonly notes: readonly Note[];
}

const readNote: Read<Note> = (value, where) => {
  const [pitch, velocity, onsetSec, durationSec] = listOf(number)(value, where);
  if (pitch === undefined || velocity === undefined || onsetSec === undefined || durationSec === undefined) {
    throw new Unreadable(`“${where}” must be pitch, velocity, onset and duration`);
  }
  return { pitch: whole(pitch, where), velocity: whole(velocity, where), onsetSec, durationSec };
};

const readNoteTrack: Read<NoteTrack> = (value, where) => {
  const found = fields(value, where);
  return {
    name: found.get("name", text),
    colour: found.get("color", readColour),
    notes: found.get("notes", listOf(readNote)),
  };
};

export interface TranscribeResult {
  readonly tracks: readonly NoteTrack[];
  readonly notices: readonly string[];
}

export const readTranscription: Read<TranscribeResult> = (value, where) => {
  const found = fields(value, where);
  return { tracks: found.get("tracks", listOf(readNoteTrack)), notices: readNotices(found) };
};

export interface ContinueResult {
  /** Best first; each has a melody as its first track. */
  readonly candidates: readonly (readonly NoteTrack[])[];
  /** Where the new clip begins, in seconds from the old one. */
  readonly beginSec: number;
  readonly lengthSec: number;
  readonly notices: readonly string[];
}

export const readContinuation: Read<ContinueResult> = (value, where) => {
  const found = fields(value, where);
  return {
    candidates: found.get("candidates", listOf(readCandidate)),
    beginSec: found.get("begin_sec", number),
    lengthSec: found.get("length_sec", number),
    notices: readNotices(found),
  };
};

const readCandidate: Read<readonly NoteTrack[]> = (value, where) =>
  fields(value, where).get("tracks", listOf(readNoteTrack));

export interface Sample {
  readonly id: string;
  readonly name: string;
  /** Its file on this machine; null where it has none. */
  readonly path: string | null;
  readonly kind: string;
  readonly key: string;
  readonly quarterBpm: number;
  readonly why: readonly string[];
  /** How fast to play it to be in time. */
  readonly playrate: number;
  readonly lengthSec: number;
}

export interface SuggestResult {
  readonly samples: readonly Sample[];
  readonly notices: readonly string[];
}

const readSample: Read<Sample> = (value, where) => {
  const found = fields(value, where);
  return {
    id: found.get("sample", text),
    name: found.get("name", text),
    path: found.get("path", orNull(text)),
    kind: found.get("kind", text),
    key: found.get("key", text),
    quarterBpm: found.get("bpm", number),
    why: found.get("why", listOf(text)),
    playrate: found.get("playrate", number),
    lengthSec: found.get("length_sec", number),
  };
};

export const readSuggestions: Read<SuggestResult> = (value, where) => {
  const found = fields(value, where);
  return { samples: found.get("rows", listOf(readSample)), notices: readNotices(found) };
};
