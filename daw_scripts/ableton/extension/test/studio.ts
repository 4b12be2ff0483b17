/** A fake Live with the extension in it, beside a stand-in bridge: what most tests begin with. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "node:test";

import { BridgeClient } from "../src/bridge-client";
import { addEntries, ENTRIES, perform } from "../src/menu";
import {
  AudioClip,
  AudioTrack,
  FakeLive,
  initialize,
  MidiClip,
  MidiTrack,
  wav,
} from "./modules/@ableton-extensions/sdk";
import { StandInBridge } from "./stand-in-bridge";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Returns a folder that is removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "auxsend-live é-"));
  cleanUps.push(async () => rmSync(folder, { recursive: true }));
  return folder;
}

export class Studio {
  private constructor(
    readonly live: FakeLive,
    readonly bridge: StandInBridge,
    readonly client: BridgeClient,
    readonly folder: string,
  ) {}

  static async open(): Promise<Studio> {
    const folder = newFolder();
    const live = new FakeLive(folder);
    const bridge = new StandInBridge();
    const place = await bridge.start();
    cleanUps.push(() => bridge.stop());
    const context = initialize({ live }, "1.0.0");
    context.environment.tempDirectory = join(folder, "temp");
    const timing = { pollMsec: 1, answerMsec: 10_000, patienceMsec: 50 };
    const client = new BridgeClient(async () => place, timing);
    // The fake's classes are those that the extension has loaded in place of the SDK's.
    await addEntries(context as never, client);
    return new Studio(live, bridge, client, folder);
  }

  /** Adds an audio clip to the arrangement, on a track of its own. */
  addAudioClip(start = 8, end = 16, name = "Verse é"): AudioClip {
    const track = this.live.track(new AudioTrack(this.live, "Voice"));
    const clip = new AudioClip(this.live, track, start, end);
    track.arrangementClips.push(clip);
    clip.name = name;
    this.live.undoSteps.length = 0;
    return clip;
  }

  addMidiClip(start = 6, end = 14): MidiClip {
    const track = this.live.track(new MidiTrack(this.live, "Lead"));
    const clip = new MidiClip(this.live, track, start, end);
    track.arrangementClips.push(clip);
    clip.name = "Hook";
    clip.notes = [
      { pitch: 60, startTime: 0, duration: 1, velocity: 90 },
      { pitch: 64, startTime: 1.5, duration: 0.5 },
      { pitch: 99, startTime: 2, duration: 1, muted: true },
    ];
    this.live.undoSteps.length = 0;
    return clip;
  }

  /** Writes a file as the bridge leaves it, and returns its path. */
  leave(name: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, wav(10));
    return file;
  }

  /** Does what an entry does and returns the sentences that are shown in the end; none are, if all went well in silence. */
  async choose(title: string, scope: string, given: unknown): Promise<string> {
    const entry = ENTRIES.find((found) => found.title === title);
    assert.ok(entry && this.live.menu.some((found) => found.title === title && found.scope === scope));
    const shown = this.live.pages.length;
    await perform(this.live.context as never, this.client, entry.action, given);
    return this.live.pages
      .slice(shown)
      .map((page) => page.html)
      .join("\n");
  }
}
