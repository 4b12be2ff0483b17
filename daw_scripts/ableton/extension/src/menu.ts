/** The entries in Live's context menus, and what happens when one is chosen. */

import type { ExtensionContext, Scope } from "@ableton-extensions/sdk";

import { continueMelody } from "./actions/continue";
import { split } from "./actions/split";
import { suggest } from "./actions/suggest";
import { transcribe } from "./actions/transcribe";
import type { BridgeClient } from "./bridge-client";
import { showMessage } from "./dialogs";
import { Cancelled, sentenceOf } from "./problem";

/** Returns sentences to show. */
type Action = (context: ExtensionContext, client: BridgeClient, given: unknown) => Promise<readonly string[]>;

interface Entry {
  readonly command: string;
  readonly title: string;
  readonly scopes: readonly Scope[];
  readonly action: Action;
}

const AUDIO: readonly Scope[] = ["AudioClip", "AudioTrack.ArrangementSelection"];
const MIDI: readonly Scope[] = ["MidiClip", "MidiTrack.ArrangementSelection"];

export const ENTRIES: readonly Entry[] = [
  { command: "auxsend.split", title: "AuxSend: Split to stems", scopes: AUDIO, action: split },
  { command: "auxsend.transcribe", title: "AuxSend: Transcribe to MIDI track", scopes: AUDIO, action: transcribe },
  { command: "auxsend.continue", title: "AuxSend: Continue this melody", scopes: MIDI, action: continueMelody },
  { command: "auxsend.suggest", title: "AuxSend: Suggest samples", scopes: AUDIO, action: suggest },
];

/** Adds the entries to Live's menus. */
export async function addEntries(context: ExtensionContext, client: BridgeClient): Promise<void> {
  for (const { command, title, scopes, action } of ENTRIES) {
    context.commands.registerCommand(command, (given) => void perform(context, client, action, given));
    for (const scope of scopes) await context.ui.registerContextMenuAction(scope, title, command);
  }
}

/** Does what an entry stands for; whatever goes wrong is shown as a sentence. */
export async function perform(
  context: ExtensionContext,
  client: BridgeClient,
  action: Action,
  given: unknown,
): Promise<void> {
  try {
    const notices = await action(context, client, given);
    if (notices.length > 0) await showMessage(context, notices);
  } catch (error) {
    if (!(error instanceof Cancelled)) await showMessage(context, [sentenceOf(error)]);
  }
}
