/**
 * Right-click a MIDI clip: how its melody may go on.
 *
 * In the arrangement, the best answer lies on the track at the bar line after the clip, where that is free, and the others
 * in take lanes at the same place; in the session, they lie in the empty slots below. Nothing that is there is replaced.
 * The SDK tells no metre, so bars are taken for four quarters.
 */

import type { ExtensionContext, MidiClip, MidiTrack, Song, TakeLane } from "@ableton-extensions/sdk";

import type { BridgeClient, Json } from "../bridge-client";
import { type ContinueResult, type NoteTrack, readContinuation } from "../documents";
import { MOST_NOTES, notesForLive, playedNotes } from "../notes";
import { number } from "../parsing";
import { Problem } from "../problem";
import { type MidiTarget, midiTarget } from "../targets";
import { ask, resultFolder, within } from "../work";

const BAR_BEATS = 4;
const COUNT = 4;
const PITCH_NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** A melody and where it goes: a range of the arrangement in beats. */
interface Answer {
  readonly name: string;
  readonly melody: NoteTrack;
  readonly start: number;
  readonly duration: number;
}

export async function continueMelody(
  context: ExtensionContext,
  client: BridgeClient,
  given: unknown,
  model = "",
): Promise<readonly string[]> {
  const target = midiTarget(context, given);
  const { song } = context.application;
  return within(context, client, "AuxSend: Continue this melody", async (work) => {
    const params = { ...promptOf(target, song), folder: await resultFolder(context), candidates: COUNT, model };
    const result = await ask(work, "continue", params, readContinuation);
    const answers = answersOf(target, result, song.tempo / 60);
    const notices =
      target.slot === null
        ? await intoArrangement(context, target.track, answers, song.tempo / 60)
        : await intoSession(context, target, answers, song.tempo / 60);
    return [...result.notices, ...notices];
  });
}

/** Returns the notes of a clip and the time that they are in, as the bridge is told. */
function promptOf(target: MidiTarget, song: Song): { readonly [name: string]: Json } {
  const { clip } = target;
  const length = lengthOf(target);
  const secPerBeat = 60 / song.tempo;
  const notes = playedNotes(clip, length);
  if (notes.length === 0) throw new Problem("This clip plays no notes. Choose one that has a melody.");
  if (notes.length > MOST_NOTES)
    throw new Problem(`This clip plays more than ${MOST_NOTES} notes. Choose a shorter one.`);
  const barSec = target.slot === null ? -(clip.startTime % BAR_BEATS) * secPerBeat : 0;
  return {
    notes: notes.map((note) => ({
      pitch: note.pitch,
      velocity: note.velocity,
      onset_sec: note.onset * secPerBeat,
      duration_sec: note.duration * secPerBeat,
    })),
    name: clip.name,
    length_sec: length * secPerBeat,
    tempos: [{ time_sec: barSec, quarter_bpm: song.tempo }],
    time_signatures: [{ time_sec: barSec, numerator: BAR_BEATS, denominator: 4 }],
    key: keyOf(song),
  };
}

function lengthOf({ clip, slot }: MidiTarget): number {
  if (slot === null) return clip.endTime - clip.startTime;
  return (clip.looping ? clip.loopEnd : clip.endMarker) - clip.startMarker;
}

/** Returns the set's scale, if it keeps to one that is a key; otherwise the engine finds the key. */
function keyOf(song: Song): string {
  const mode = song.scaleName.toLowerCase();
  const tonic = PITCH_NAMES[number(song.rootNote, "rootNote")];
  return song.scaleMode && tonic !== undefined && (mode === "major" || mode === "minor") ? `${tonic} ${mode}` : "";
}

function answersOf(target: MidiTarget, result: ContinueResult, beatsPerSec: number): readonly Answer[] {
  const start = (target.slot === null ? target.clip.startTime : 0) + result.beginSec * beatsPerSec;
  return result.candidates.flatMap(([melody], place) =>
    melody === undefined
      ? []
      : [{ name: `${target.clip.name} ${place + 1}`, melody, start, duration: result.lengthSec * beatsPerSec }],
  );
}

async function intoArrangement(
  context: ExtensionContext,
  track: MidiTrack,
  answers: readonly Answer[],
  beatsPerSec: number,
): Promise<readonly string[]> {
  const isFree = answers.every((answer) => !isTaken(track, answer));
  const inLanes = isFree ? answers.slice(1) : answers;
  const lanes = await context.withinTransaction(() => Promise.all(inLanes.map(() => track.createTakeLane())));
  const clips = await context.withinTransaction(() =>
    Promise.all([
      ...(isFree ? answers.slice(0, 1) : []).map((answer) => track.createMidiClip(answer.start, answer.duration)),
      ...inLanes.flatMap((answer, place) => inLane(lanes[place], answer)),
    ]),
  );
  write(context, clips, answers, beatsPerSec);
  return isFree
    ? []
    : ["There are clips after this one, so all melodies lie in take lanes: unfold the track to hear them."];
}

function inLane(lane: TakeLane | undefined, answer: Answer): readonly Promise<MidiClip>[] {
  if (lane === undefined) return [];
  lane.name = answer.name;
  return [lane.createMidiClip(answer.start, answer.duration)];
}

function isTaken(track: MidiTrack, answer: Answer): boolean {
  const end = answer.start + answer.duration;
  return track.arrangementClips.some((clip) => clip.startTime < end && clip.endTime > answer.start);
}

async function intoSession(
  context: ExtensionContext,
  { track, slot }: MidiTarget,
  answers: readonly Answer[],
  beatsPerSec: number,
): Promise<readonly string[]> {
  const own = track.clipSlots.findIndex((other) => other.handle.id === slot?.handle.id);
  const empty = track.clipSlots.slice(own + 1).filter((other) => other.clip === null);
  const fitting = answers.slice(0, empty.length);
  if (fitting.length === 0) throw new Problem("No slot below this clip is empty. Add a scene, or empty a slot.");
  const clips = await context.withinTransaction(() =>
    Promise.all(fitting.flatMap((answer, place) => empty[place]?.createMidiClip(answer.duration) ?? [])),
  );
  write(context, clips, fitting, beatsPerSec);
  const left = answers.length - fitting.length;
  return left === 0 ? [] : [`${left} more melodies found no empty slot below this clip.`];
}

/** Writes the melodies into the clips that were made for them. */
function write(
  context: ExtensionContext,
  clips: readonly MidiClip[],
  answers: readonly Answer[],
  beatsPerSec: number,
): void {
  context.withinTransaction(() => {
    clips.forEach((clip, place) => {
      const answer = answers[place];
      if (answer === undefined) return;
      clip.notes = notesForLive(answer.melody.notes, beatsPerSec);
      clip.name = answer.name;
      clip.color = answer.melody.colour;
    });
  });
}
