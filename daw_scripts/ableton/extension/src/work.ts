/** What every action does on its way: it shows how far it is, lets itself be cancelled, and asks the bridge. */

import { mkdir, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";

import type { ExtensionContext, Update } from "@ableton-extensions/sdk";

import type { BridgeClient, Json } from "./bridge-client";
import type { Read } from "./parsing";
import { Cancelled, Problem } from "./problem";
import type { AudioTarget } from "./targets";
import { wavLengthSec } from "./wav";

/** Passed to the steps of an action. */
export interface Work {
  readonly context: ExtensionContext;
  readonly client: BridgeClient;
  readonly update: Update;
  readonly signal: AbortSignal;
}

/** Audio that Live has rendered, as requests name it. */
export interface Rendered {
  readonly clip: { readonly file: string; readonly length_sec: number };
  readonly lengthSec: number;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Returns what the steps return, done while Live shows a dialog with a button to cancel.
 *
 * @throws whatever they throw; Cancelled for anything that is thrown once the user has cancelled.
 */
export async function within<T>(
  context: ExtensionContext,
  client: BridgeClient,
  title: string,
  steps: (work: Work) => Promise<T>,
): Promise<T> {
  let outcome: Outcome<T> = { error: new Cancelled() }; // if Live closes the dialog without a word
  await context.ui.withinProgressDialog(title, { progress: 0 }, async (update, signal) => {
    try {
      outcome = { value: await steps({ context, client, update, signal }) };
    } catch (error) {
      outcome = { error: signal.aborted ? new Cancelled() : error };
    }
  });
  return valueOf(outcome);
}

function valueOf<T>(outcome: Outcome<T>): T {
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

/** Returns the bridge's result; the dialog follows the job. */
export function ask<T>(work: Work, verb: string, params: Json, read: Read<T>): Promise<T> {
  return work.client.run(verb, params, read, work.signal, (job) =>
    work.update(job.message === "" ? "Waiting for the engine" : job.message, Math.round(100 * job.fraction)),
  );
}

/** Throws where the user has cancelled. */
export function goOn(work: Work): void {
  if (work.signal.aborted) throw new Cancelled();
}

/** Returns what `use` makes of the audio that the target plays, before its track's effects; the audio is removed then. */
export async function withAudio<T>(work: Work, target: AudioTarget, use: (audio: Rendered) => Promise<T>): Promise<T> {
  await work.update("Rendering in Live");
  const file = await work.context.resources.renderPreFxAudio(target.track, target.start, target.end);
  try {
    goOn(work);
    const lengthSec = await wavLengthSec(file);
    return await use({ clip: { file, length_sec: lengthSec }, lengthSec });
  } finally {
    await remove([file]);
  }
}

/**
 * Returns the folder in which the bridge leaves results until Live has copied them.
 *
 * @throws Problem where Live has given the extension none.
 */
export async function resultFolder(context: ExtensionContext): Promise<string> {
  const folder = context.environment.tempDirectory;
  if (folder === undefined) throw new Problem("Live has given AuxSend no folder for files. Start Live again.");
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Returns Live's copies of files; what was copied from is removed. */
export async function imported(work: Work, files: readonly string[]): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const file of files) {
    goOn(work);
    await work.update("Copying into the project");
    copies.push(await work.context.resources.importIntoProject(file));
  }
  await remove(files);
  return copies;
}

/** Removes files, and their folders if nothing else is in them; Live clears up what cannot be removed now. */
async function remove(files: readonly string[]): Promise<void> {
  await Promise.allSettled(files.map((file) => rm(file, { force: true })));
  await Promise.allSettled([...new Set(files.map(dirname))].map((folder) => rmdir(folder)));
}
