/** What was right-clicked: what Live gives to a command, as audio or notes of the set. */

import {
  AudioClip,
  AudioTrack,
  type Clip,
  ClipSlot,
  DataModelObject,
  type ExtensionContext,
  type Handle,
  MidiClip,
  MidiTrack,
} from "@ableton-extensions/sdk";

import { fields, listOf, number, type Read, Unreadable } from "./parsing";
import { Problem } from "./problem";

/** A range of an audio track in the arrangement, in beats. */
export interface AudioTarget {
  readonly track: AudioTrack;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Those that lie in it from beginning to end. */
  readonly clips: readonly Clip[];
}

/** A MIDI clip: in the arrangement, or in a slot of the session. */
export interface MidiTarget {
  readonly clip: MidiClip;
  readonly track: MidiTrack;
  readonly slot: ClipSlot | null;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly lanes: readonly Handle[];
}

const readHandle: Read<Handle> = (value, where) => {
  const id = fields(value, where).get("id", (found) => found);
  if (typeof id !== "bigint") throw new Unreadable(`“${where}” must be a handle`);
  return { id };
};

const readRange: Read<Range> = (value, where) => {
  const found = fields(value, where);
  return {
    start: found.get("time_selection_start", number),
    end: found.get("time_selection_end", number),
    lanes: found.get("selected_lanes", listOf(readHandle)),
  };
};

/**
 * Returns the audio that an audio clip, or a selection in the arrangement, stands for.
 *
 * @throws Problem where it is audio of no one track's arrangement.
 */
export function audioTarget(context: ExtensionContext, given: unknown): AudioTarget {
  if (isRange(given)) return audioOfRange(context, readRange(given, "selection"));
  const clip = context.getObjectFromHandle(readHandle(given, "clip"), AudioClip);
  if (!(clip.parent instanceof AudioTrack)) {
    throw new Problem(
      "Live renders clips of the arrangement only. Drag this clip into the arrangement, or use AuxSend's control surface.",
    );
  }
  return { track: clip.parent, start: clip.startTime, end: clip.endTime, name: clip.name, clips: [clip] };
}

function audioOfRange(context: ExtensionContext, range: Range): AudioTarget {
  const track = onlyTrack(context, range, AudioTrack, "an audio track");
  const clips = clipsOf(track, range).filter((clip) => clip.startTime >= range.start && clip.endTime <= range.end);
  return { track, start: range.start, end: range.end, name: track.name, clips };
}

/**
 * Returns the clip that a MIDI clip, or a selection in the arrangement, stands for.
 *
 * @throws Problem where it is not just one.
 */
export function midiTarget(context: ExtensionContext, given: unknown): MidiTarget {
  if (isRange(given)) return midiOfRange(context, readRange(given, "selection"));
  const clip = context.getObjectFromHandle(readHandle(given, "clip"), MidiClip);
  const parent = clip.parent;
  if (parent instanceof MidiTrack) return { clip, track: parent, slot: null };
  if (parent instanceof ClipSlot && parent.parent instanceof MidiTrack) {
    return { clip, track: parent.parent, slot: parent };
  }
  throw new Problem("This clip lies on no track of its own. Choose one in the arrangement or in the session.");
}

function midiOfRange(context: ExtensionContext, range: Range): MidiTarget {
  const track = onlyTrack(context, range, MidiTrack, "a MIDI track");
  const [clip, ...others] = clipsOf(track, range);
  if (!(clip instanceof MidiClip) || others.length > 0) {
    throw new Problem("Select one MIDI clip, or right-click it.");
  }
  return { clip, track, slot: null };
}

function isRange(given: unknown): boolean {
  return typeof given === "object" && given !== null && "selected_lanes" in given;
}

function onlyTrack<T extends AudioTrack | MidiTrack>(
  context: ExtensionContext,
  range: Range,
  kind: abstract new () => T,
  what: string,
): T {
  const [track, ...others] = range.lanes
    .map((lane) => context.getObjectFromHandle(lane, DataModelObject))
    .filter((lane): lane is T => lane instanceof kind);
  if (track === undefined || others.length > 0 || range.end <= range.start) {
    throw new Problem(`Select a range of ${what}, and of one only.`);
  }
  return track;
}

function clipsOf(track: AudioTrack | MidiTrack, range: Range): readonly Clip[] {
  return track.arrangementClips.filter((clip) => clip.startTime < range.end && clip.endTime > range.start);
}
