/** Right-click audio: its stems on new tracks below, in time with it; the clips that they come from are muted. */

import type { ExtensionContext } from "@ableton-extensions/sdk";

import type { BridgeClient } from "../bridge-client";
import { readSplit } from "../documents";
import { insertFiles } from "../insertion";
import { audioTarget } from "../targets";
import { ask, imported, resultFolder, withAudio, within } from "../work";

export async function split(
  context: ExtensionContext,
  client: BridgeClient,
  given: unknown,
  model = "",
): Promise<readonly string[]> {
  const target = audioTarget(context, given);
  return within(context, client, "AuxSend: Split to stems", async (work) => {
    const folder = await resultFolder(context);
    const { stems, notices } = await withAudio(work, target, ({ clip }) =>
      ask(work, "split", { clip, name: target.name, folder, model }, readSplit),
    );
    const files = stems.map((stem) => stem.file);
    const copies = await imported(work, files);
    const placements = stems.map((stem, place) => ({
      file: copies[place] ?? stem.file,
      trackName: `${target.name} ${stem.name}`,
      clipName: stem.name,
      start: target.start,
      duration: target.end - target.start,
      isWarped: false, // warped, stems would drift from each other
      colour: stem.colour,
    }));
    await insertFiles(context, placements, () => {
      for (const clip of target.clips) clip.muted = true;
    });
    return notices;
  });
}
