/** Right-click audio: its notes on new MIDI tracks below. */

import type { ExtensionContext } from "@ableton-extensions/sdk";

import type { BridgeClient } from "../bridge-client";
import { readTranscription } from "../documents";
import { insertNotes } from "../insertion";
import { Problem } from "../problem";
import { audioTarget } from "../targets";
import { ask, resultFolder, withAudio, within } from "../work";

/** So far may beats and seconds disagree before it counts as a change of tempo: rendering ends at whole samples. */
const TEMPO_TOLERANCE = 1e-3;

export async function transcribe(
  context: ExtensionContext,
  client: BridgeClient,
  given: unknown,
  model = "auto",
): Promise<readonly string[]> {
  const target = audioTarget(context, given);
  return within(context, client, "AuxSend: Transcribe to MIDI track", async (work) => {
    const folder = await resultFolder(context);
    const [{ tracks, notices }, lengthSec] = await withAudio(work, target, async ({ clip, lengthSec }) => {
      const params = { clip, name: target.name, folder, model };
      return [await ask(work, "transcribe", params, readTranscription), lengthSec] as const;
    });
    if (tracks.length === 0) throw new Problem("There was nothing to write down.");
    const duration = target.end - target.start;
    // The SDK tells one tempo only; the length that Live rendered is what the range really lasts.
    const beatsPerSec = duration / lengthSec;
    await insertNotes(context, target.name, tracks, { start: target.start, duration, beatsPerSec });
    return isSteady(beatsPerSec, context.application.song.tempo)
      ? notices
      : [...notices, "The tempo changes in this range: the notes begin and end with it, and lie evenly in between."];
  });
}

function isSteady(beatsPerSec: number, tempo: number): boolean {
  return Math.abs((beatsPerSec * 60) / tempo - 1) < TEMPO_TOLERANCE;
}
