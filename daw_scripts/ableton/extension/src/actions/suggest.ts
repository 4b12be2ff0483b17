/** Right-click audio: samples of the library that go with it, to choose from; chosen ones lie on new tracks at its place. */

import { dirname, sep } from "node:path";

import type { ExtensionContext } from "@ableton-extensions/sdk";

import type { BridgeClient } from "../bridge-client";
import { chooseSamples } from "../dialogs";
import { readSuggestions, type Sample } from "../documents";
import { insertFiles } from "../insertion";
import { Problem } from "../problem";
import { audioTarget } from "../targets";
import { ask, withAudio, within, type Work } from "../work";

const COUNT = 20;
const SAMPLES_FOLDER = `${sep}Samples${sep}`;

export async function suggest(
  context: ExtensionContext,
  client: BridgeClient,
  given: unknown,
): Promise<readonly string[]> {
  const target = audioTarget(context, given);
  const bpm = context.application.song.tempo;
  const { samples, notices } = await within(context, client, "AuxSend: Suggest samples", (work) =>
    withAudio(work, target, ({ clip }) =>
      ask(work, "suggest", { clip, count: COUNT, project_bpm: bpm }, readSuggestions),
    ),
  );
  if (samples.length === 0)
    throw new Problem("The library has nothing that goes with it. Add folders with “auxsend library add”.");
  const chosen = await chooseSamples(context, samples);
  if (chosen.length > 0) {
    await within(context, client, "AuxSend: Insert samples", (work) => insert(work, chosen, target.start, bpm));
  }
  return notices;
}

async function insert(work: Work, chosen: readonly Sample[], start: number, bpm: number): Promise<void> {
  const here = chosen.flatMap((sample) => (sample.path === null ? [] : [{ sample, path: sample.path }]));
  const copies: string[] = [];
  for (const { path } of here) copies.push(await work.context.resources.importIntoProject(path));
  const placements = here.map(({ sample, path }, place) => {
    // At another speed than its own, Live stretches it, after its own idea of the sample's tempo.
    const isWarped = sample.playrate !== 1;
    return {
      file: copies[place] ?? path,
      trackName: sample.name,
      clipName: sample.name,
      start,
      duration: isWarped ? undefined : (sample.lengthSec * bpm) / 60,
      isWarped,
      colour: undefined,
    };
  });
  await insertFiles(work.context, placements);
  const project = copies[0] === undefined ? "" : projectOf(copies[0]);
  for (const { sample } of here) await tellUse(work, sample, project);
}

/** Returns the folder of the set's project: Live keeps what it copies in `Samples` below it. */
export function projectOf(copy: string): string {
  const place = copy.lastIndexOf(SAMPLES_FOLDER);
  return place < 0 ? dirname(copy) : copy.slice(0, place);
}

/** Lets later suggestions know; samples are in place already, so that nothing is said if it fails. */
async function tellUse(work: Work, sample: Sample, project: string): Promise<void> {
  try {
    await work.client.run("use", { sample: sample.id, project }, (result) => result, work.signal);
  } catch {
    // taste learns nothing this time
  }
}
