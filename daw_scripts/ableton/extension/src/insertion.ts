/**
 * New tracks with clips on them, in as few undo steps as the SDK allows: tracks, then names and clips, then notes and
 * colours. What was made in one step can be changed only in the next one. If a step fails, the tracks go again.
 */

import type { AudioClip, AudioTrack, Clip, ExtensionContext, MidiTrack, Track } from "@ableton-extensions/sdk";

import type { NoteTrack } from "./documents";
import { endOf, notesForLive } from "./notes";

/** A file on a track of its own. */
export interface Placement {
  readonly file: string;
  readonly trackName: string;
  readonly clipName: string;
  readonly start: number;
  /** In beats; undefined for as long as the file is. */
  readonly duration: number | undefined;
  readonly isWarped: boolean;
  /** 0xRRGGBB; undefined for what Live chooses. */
  readonly colour: number | undefined;
}

/** Puts files on new tracks, one each; `alongside` is done in the same step as the clips. */
export async function insertFiles(
  context: ExtensionContext,
  placements: readonly Placement[],
  alongside: () => void = () => {},
): Promise<void> {
  const { song } = context.application;
  const create = (): Promise<AudioTrack> => song.createAudioTrack();
  await onNewTracks(context, placements, create, async (tracks) => {
    const clips = await context.withinTransaction(() => {
      alongside();
      return Promise.all(tracks.map(({ track, content }) => placed(track, content)));
    });
    context.withinTransaction(() => {
      clips.forEach((clip, place) => dress(clip, placements[place]));
    });
  });
}

function placed(track: AudioTrack, placement: Placement): Promise<AudioClip> {
  track.name = placement.trackName;
  return track.createAudioClip({
    filePath: placement.file,
    startTime: placement.start,
    isWarped: placement.isWarped,
    ...(placement.duration === undefined ? {} : { duration: placement.duration }), // a key without a value is refused
  });
}

function dress(clip: Clip, placement: Placement | undefined): void {
  if (placement === undefined) return;
  clip.name = placement.clipName;
  if (placement.colour !== undefined) clip.color = placement.colour;
}

/** Puts notes on new MIDI tracks, one for each, at a range of the arrangement given in beats. */
export async function insertNotes(
  context: ExtensionContext,
  name: string,
  parts: readonly NoteTrack[],
  range: { readonly start: number; readonly duration: number; readonly beatsPerSec: number },
): Promise<void> {
  const { song } = context.application;
  const create = (): Promise<MidiTrack> => song.createMidiTrack();
  const notes = parts.map((part) => notesForLive(part.notes, range.beatsPerSec));
  await onNewTracks(context, parts, create, async (tracks) => {
    const clips = await context.withinTransaction(() =>
      Promise.all(
        tracks.map(({ track, content }, place) => {
          track.name = `${name} ${content.name}`;
          return track.createMidiClip(range.start, Math.max(range.duration, endOf(notes[place] ?? [])));
        }),
      ),
    );
    context.withinTransaction(() => {
      clips.forEach((clip, place) => {
        clip.notes = notes[place] ?? [];
        clip.name = parts[place]?.name ?? name;
        clip.color = parts[place]?.colour ?? clip.color;
      });
    });
  });
}

interface Filling<T, C> {
  readonly track: T;
  readonly content: C;
}

/** Makes a track for each of the contents, from the top down in their order, and lets `fill` do the rest. */
async function onNewTracks<T extends Track, C>(
  context: ExtensionContext,
  contents: readonly C[],
  create: () => Promise<T>,
  fill: (tracks: readonly Filling<T, C>[]) => Promise<void>,
): Promise<void> {
  const attempts = await context.withinTransaction(() => Promise.allSettled(contents.map(create)));
  const made = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
  try {
    const failure = attempts.find((attempt) => attempt.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    const tracks = fromTheTop(context, made);
    await fill(contents.flatMap((content, place) => pair(tracks[place], content)));
  } catch (error) {
    await context.withinTransaction(() =>
      Promise.allSettled(made.map((track) => context.application.song.deleteTrack(track))),
    );
    throw error;
  }
}

function pair<T, C>(track: T | undefined, content: C): readonly Filling<T, C>[] {
  return track === undefined ? [] : [{ track, content }];
}

/** Returns tracks in the set's order: Live puts a new one after what is selected, which may be the last new one or not. */
function fromTheTop<T extends Track>(context: ExtensionContext, tracks: readonly T[]): readonly T[] {
  const order = new Map(context.application.song.tracks.map((track, place) => [track.handle.id, place]));
  const placeOf = (track: T): number => order.get(track.handle.id) ?? 0;
  return [...tracks].sort((one, other) => placeOf(one) - placeOf(other));
}
