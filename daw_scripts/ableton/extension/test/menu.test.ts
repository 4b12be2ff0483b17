import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { activate } from "../src/extension";
import { FakeLive } from "./modules/@ableton-extensions/sdk";
import { newFolder, Studio } from "./studio";
import { StandInBridge } from "./stand-in-bridge";

test("audio has three entries, notes have one, in clips and in selections", async () => {
  const { live } = await Studio.open();
  assert.deepEqual(
    live.menu.map((entry) => `${entry.scope}: ${entry.title}`),
    [
      "AudioClip: AuxSend: Split to stems",
      "AudioTrack.ArrangementSelection: AuxSend: Split to stems",
      "AudioClip: AuxSend: Transcribe to MIDI track",
      "AudioTrack.ArrangementSelection: AuxSend: Transcribe to MIDI track",
      "MidiClip: AuxSend: Continue this melody",
      "MidiTrack.ArrangementSelection: AuxSend: Continue this melody",
      "AudioClip: AuxSend: Suggest samples",
      "AudioTrack.ArrangementSelection: AuxSend: Suggest samples",
    ],
  );
});

/** Returns what is shown next, once something is. */
async function nextPage(live: FakeLive): Promise<string> {
  for (let waited = 0; waited < 400; waited += 1) {
    const page = live.pages.shift();
    if (page !== undefined) return page.html;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("nothing was shown");
}

test("Live activates the extension, which finds the bridge where it says it is", async (t) => {
  const live = new FakeLive(newFolder());
  const storage = join(live.folder, "Extensions Data");
  live.context.environment.storageDirectory = storage;
  live.context.environment.tempDirectory = join(live.folder, "temp");
  const bridge = new StandInBridge();
  t.after(() => bridge.stop());
  bridge.answers.set("split", { error: { reason: "ENGINE_BUSY", message: "The engine is busy." } });
  await activate({ hostApiVersion: "1.0.0", live } as never);

  const clip = await clipOf(live);
  live.choose("AuxSend: Split to stems", "AudioClip", clip);
  assert.match(await nextPage(live), new RegExp(`auxsend config set live_extension &quot;${storage}&quot;`));

  const place = await bridge.start();
  mkdirSync(storage);
  writeFileSync(join(storage, "bridge.json"), JSON.stringify({ v: 1, http_port: place.port, token: place.token }));
  live.choose("AuxSend: Split to stems", "AudioClip", clip);
  assert.match(await nextPage(live), /The engine is busy\./);
});

async function clipOf(live: FakeLive): Promise<{ readonly id: bigint }> {
  const track = await live.song.createAudioTrack();
  const copy = await live.context.resources.importIntoProject(__filename);
  return (await track.createAudioClip({ filePath: copy, startTime: 0, duration: 4 })).handle;
}
