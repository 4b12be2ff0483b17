/** Activates the bundle in a fake Live and splits a clip: `node sandboxed.js BUNDLE FOLDER`. Prints what Live shows. */

import { join } from "node:path";

import { AudioClip, AudioTrack, FakeLive } from "./modules/@ableton-extensions/sdk";

async function main(file: string, folder: string): Promise<void> {
  const bundle: { activate(activation: unknown): Promise<void> } = require(file);
  const live = new FakeLive(folder);
  live.context.environment.storageDirectory = join(folder, "storage");
  live.context.environment.tempDirectory = join(folder, "temp");
  await bundle.activate({ hostApiVersion: "1.0.0", live });
  const track = live.track(new AudioTrack(live, "Voice"));
  live.choose("AuxSend: Split to stems", "AudioClip", new AudioClip(live, track, 0, 1).handle);
  while (live.pages.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(live.pages[0]?.html);
}

const [bundle, folder] = process.argv.slice(2);
if (bundle === undefined || folder === undefined) throw new Error("BUNDLE and FOLDER are needed");
void main(bundle, folder);
