/** Where Live begins. */

import { type ActivationContext, initialize } from "@ableton-extensions/sdk";

import { BridgeClient } from "./bridge-client";
import { findBridge, stateFolder } from "./bridge-place";
import { addEntries } from "./menu";

/** Called by Live when it loads the extension. */
export function activate(activation: ActivationContext): Promise<void> {
  const context = initialize(activation, "1.0.0");
  const state = stateFolder(process.env, process.platform);
  const client = new BridgeClient(() => findBridge(context.environment.storageDirectory, state));
  return addEntries(context, client);
}
