/**
 * The extension beside a real bridge, in a Live that is fake: `node real-bridge.js FOLDER SONG`.
 *
 * Splits and transcribes a song and continues a melody, and prints what is in the set then, as JSON. Run by
 * tests/daw_scripts/test_live_extension.py, which knows what must be there.
 */

import { join } from "node:path";

import { continueMelody } from "../src/actions/continue";
import { split } from "../src/actions/split";
import { transcribe } from "../src/actions/transcribe";
import { BridgeClient } from "../src/bridge-client";
import { findBridge, stateFolder } from "../src/bridge-place";
import { AudioClip, AudioTrack, FakeLive, initialize, MidiClip, MidiTrack } from "./modules/@ableton-extensions/sdk";

async function main(folder: string, song: string): Promise<void> {
  const live = new FakeLive(folder);
  const context = initialize({ live }, "1.0.0");
  context.environment.tempDirectory = join(folder, "temp");
  const state = stateFolder(process.env, process.platform);
  const client = new BridgeClient(() => findBridge(join(folder, "storage"), state));

  const voice = live.track(new AudioTrack(live, "Voice"));
  const clip = new AudioClip(live, voice, 4, 8);
  voice.arrangementClips.push(clip);
  clip.name = "Verse é";
  for (const [action, model] of [
    [split, "fake"],
    [transcribe, "fake-notes"],
  ] as const) {
    live.recording = `${song} ${model}.wav`; // the extension removes what was rendered
    await action(context as never, client, clip.handle, model);
  }
  const lead = live.track(new MidiTrack(live, "Lead"));
  const melody = await lead.createMidiClip(2, 4);
  melody.name = "Hook";
  melody.notes = [60, 62, 64, 65].map((pitch, beat) => ({ pitch, startTime: beat, duration: 1, velocity: 90 }));
  await continueMelody(context as never, client, melody.handle, "fake-melody");

  const tracks = live.song.tracks.map((track) => ({
    name: track.name,
    clips: [...track.arrangementClips, ...track.takeLanes.flatMap((lane) => lane.clips)].map(told),
  }));
  console.log(JSON.stringify(tracks));
}

function told(clip: AudioClip | MidiClip | { readonly name: string }): object {
  const common = { name: clip.name };
  if (clip instanceof AudioClip) return { ...common, start: clip.startTime, ...clip.place, muted: clip.muted };
  if (!(clip instanceof MidiClip)) return common;
  const notes = clip.notes.map((note) => [Number(note.pitch), note.startTime, note.duration]);
  return { ...common, start: clip.startTime, end: clip.endTime, notes };
}

const [folder, song] = process.argv.slice(2);
if (folder === undefined || song === undefined) throw new Error("FOLDER and SONG are needed");
void main(folder, song);
