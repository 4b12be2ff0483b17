/**
 * Stands where the SDK is expected: a Live of our own, with state, that is as strict as Live is known to be.
 *
 * A change belongs to the undo step of the transaction that it was begun in, or is a step of its own. Whole numbers
 * come as `bigint`; a key without a value, a file that was not imported, and a clip over another one are refused.
 */

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

type Page = { readonly url: string; readonly html: string };
type Place = { filePath: string; startTime: number; duration?: number; isWarped?: boolean };
type Note = {
  pitch: number | bigint;
  startTime: number;
  duration: number;
  velocity?: number | bigint;
  muted?: boolean;
};

export class DataModelObject {
  readonly handle: { readonly id: bigint };

  constructor(
    protected readonly live: FakeLive,
    readonly parent: DataModelObject | null,
  ) {
    this.handle = { id: live.register(this) };
  }
}

export class Clip extends DataModelObject {
  loopStart = 0;
  loopEnd: number;
  startMarker = 0;
  endMarker: number;
  looping = false;
  private values = { name: "", muted: false, color: 0n };

  constructor(
    live: FakeLive,
    parent: DataModelObject,
    readonly startTime: number,
    readonly endTime: number,
  ) {
    super(live, parent);
    this.loopEnd = endTime - startTime;
    this.endMarker = this.loopEnd;
  }

  get name(): string {
    return this.values.name;
  }

  set name(name: string) {
    this.set({ name });
  }

  get muted(): boolean {
    return this.values.muted;
  }

  set muted(muted: boolean) {
    this.set({ muted });
  }

  get color(): number | bigint {
    return this.values.color;
  }

  set color(color: number | bigint) {
    this.set({ color: BigInt(color) });
  }

  private set(values: Partial<typeof this.values>): void {
    this.live.change(`set ${Object.keys(values).join()}`);
    this.values = { ...this.values, ...values };
  }
}

export class AudioClip extends Clip {
  place: Place | undefined;
}

export class MidiClip extends Clip {
  private written: readonly Note[] = [];

  get notes(): readonly Note[] {
    return this.written.map((note) => ({
      ...note,
      pitch: BigInt(note.pitch),
      ...(note.velocity === undefined ? {} : { velocity: BigInt(note.velocity) }),
    }));
  }

  set notes(notes: readonly Note[]) {
    this.live.change("notes");
    for (const note of notes) {
      if (!(Number(note.pitch) >= 0 && Number(note.pitch) <= 127 && note.duration > 0 && note.startTime >= 0)) {
        throw new Error(`no note: ${note.pitch} ${note.startTime} ${note.duration}`);
      }
    }
    this.written = notes;
  }
}

export class TakeLane extends DataModelObject {
  readonly clips: MidiClip[] = [];
  private ownName = "";

  get name(): string {
    return this.ownName;
  }

  set name(name: string) {
    this.live.change("name lane");
    this.ownName = name;
  }

  createMidiClip(startTime: number, duration: number): Promise<MidiClip> {
    return this.live.made("clip in lane", () => {
      const clip = new MidiClip(this.live, this, startTime, startTime + duration);
      this.clips.push(clip);
      return clip;
    });
  }
}

export class ClipSlot extends DataModelObject {
  clip: Clip | null = null;

  createMidiClip(length: number): Promise<MidiClip> {
    return this.live.made("clip in slot", () => {
      if (this.clip !== null) throw new Error("the slot is occupied");
      const clip = new MidiClip(this.live, this, 0, length);
      this.clip = clip;
      return clip;
    });
  }
}

export class Track extends DataModelObject {
  readonly arrangementClips: Clip[] = [];
  readonly clipSlots: ClipSlot[] = [];
  readonly takeLanes: TakeLane[] = [];
  private ownName: string;

  constructor(live: FakeLive, name: string) {
    super(live, live.song);
    this.ownName = name;
  }

  get name(): string {
    return this.ownName;
  }

  set name(name: string) {
    this.live.change("name track");
    this.ownName = name;
  }

  createTakeLane(): Promise<TakeLane> {
    return this.live.made("lane", () => {
      const lane = new TakeLane(this.live, this);
      this.takeLanes.push(lane);
      return lane;
    });
  }

  protected put<T extends Clip>(clip: T): T {
    if (this.arrangementClips.some((other) => other.startTime < clip.endTime && other.endTime > clip.startTime)) {
      throw new Error("the clip would cut into another one");
    }
    this.arrangementClips.push(clip);
    return clip;
  }
}

export class AudioTrack extends Track {
  createAudioClip(place: Place): Promise<AudioClip> {
    return this.live.made("audio clip", () => {
      const keys = Object.entries(place);
      if (keys.some(([, value]) => value === undefined || value === null)) throw new Error("a key has no value");
      if (keys.some(([key]) => !["filePath", "startTime", "duration", "isWarped"].includes(key))) {
        throw new Error("a key is unknown");
      }
      if (!this.live.imported.includes(place.filePath)) throw new Error(`${place.filePath} was not imported`);
      const clip = new AudioClip(this.live, this, place.startTime, place.startTime + (place.duration ?? 1));
      clip.place = place;
      return this.put(clip);
    });
  }
}

export class MidiTrack extends Track {
  createMidiClip(startTime: number, duration: number): Promise<MidiClip> {
    return this.live.made("MIDI clip", () => this.put(new MidiClip(this.live, this, startTime, startTime + duration)));
  }
}

export class Song extends DataModelObject {
  tracks: Track[] = [];
  tempo = 120;
  rootNote = 9n;
  scaleName = "Minor";
  scaleMode = false;

  createAudioTrack(): Promise<AudioTrack> {
    return this.live.made("audio track", () => this.add(new AudioTrack(this.live, "Audio")));
  }

  createMidiTrack(): Promise<MidiTrack> {
    return this.live.made("MIDI track", () => this.add(new MidiTrack(this.live, "MIDI")));
  }

  deleteTrack(track: Track): Promise<void> {
    return this.live.made("delete track", () => {
      this.tracks = this.tracks.filter((other) => other !== track);
    });
  }

  /** Behind the first track, which stays selected: so the last one made comes first. */
  private add<T extends Track>(track: T): T {
    this.tracks = [...this.tracks.slice(0, 1), track, ...this.tracks.slice(1)];
    return track;
  }
}

/** The application, and what a test wants of it. */
export class FakeLive {
  private readonly objects = new Map<bigint, DataModelObject>();
  readonly song = new Song(this, null);
  readonly undoSteps: string[][] = [];
  readonly imported: string[] = [];
  readonly updates: string[] = [];
  readonly pages: Page[] = [];
  readonly answers: string[] = [];
  readonly menu: { scope: string; title: string; command: string }[] = [];
  /** Cancels the dialog as soon as it says this. */
  cancelAt: string | undefined;
  /** What every track plays; silence where it is undefined. */
  recording: string | undefined;
  /** The name of a change that goes wrong. */
  failAt: string | undefined;
  private readonly commands = new Map<string, (given: unknown) => void>();
  private step: string[] | undefined;

  constructor(readonly folder: string) {
    mkdirSync(join(folder, "Song Project", "Samples", "Imported"), { recursive: true });
  }

  register(thing: DataModelObject): bigint {
    const id = BigInt(this.objects.size + 1);
    this.objects.set(id, thing);
    return id;
  }

  change(name: string): void {
    if (this.step === undefined) this.undoSteps.push([name]);
    else this.step.push(name);
  }

  /** Begins a change at once, and ends it later. */
  async made<T>(name: string, make: () => T): Promise<T> {
    this.change(name);
    await new Promise((resolve) => setImmediate(resolve));
    if (name === this.failAt) throw new Error(`${name} went wrong`);
    return make();
  }

  track<T extends Track>(track: T): T {
    this.song.tracks.push(track);
    return track;
  }

  /** Right-clicks something and chooses an entry. */
  choose(title: string, scope: string, given: unknown): void {
    const entry = this.menu.find((found) => found.title === title && found.scope === scope);
    if (entry === undefined) throw new Error(`there is no ${title} in ${scope}`);
    this.commands.get(entry.command)?.(given);
  }

  readonly context = {
    application: { song: this.song },
    commands: {
      registerCommand: (id: string, callback: (given: unknown) => void): void => void this.commands.set(id, callback),
    },
    environment: { storageDirectory: undefined as string | undefined, tempDirectory: undefined as string | undefined },
    resources: {
      renderPreFxAudio: (track: AudioTrack, start: number, end: number): Promise<string> =>
        Promise.resolve(this.render(track, start, end)),
      importIntoProject: (file: string): Promise<string> => Promise.resolve(this.import(file)),
    },
    ui: {
      registerContextMenuAction: (scope: string, title: string, command: string): Promise<() => Promise<void>> => {
        this.menu.push({ scope, title, command });
        return Promise.resolve(() => Promise.resolve());
      },
      showModalDialog: (url: string): Promise<string> => {
        this.pages.push({ url, html: decodeURIComponent(url.slice(url.indexOf(",") + 1)) });
        return Promise.resolve(this.answers.shift() ?? "");
      },
      withinProgressDialog: (
        text: string,
        _options: unknown,
        steps: (update: (text: string) => Promise<void>, signal: AbortSignal) => Promise<unknown>,
      ): Promise<unknown> => this.progress(text, steps),
    },
    getObjectFromHandle: <T extends DataModelObject>(handle: { id: bigint }, kind: new (...given: never[]) => T): T => {
      const found = this.objects.get(handle.id);
      if (!(found instanceof kind)) throw new Error("the handle names no such object");
      return found;
    },
    withinTransaction: <T>(callback: () => T): T => {
      if (this.step !== undefined) return callback();
      this.step = [];
      try {
        return callback();
      } finally {
        if (this.step.length > 0) this.undoSteps.push(this.step);
        this.step = undefined;
      }
    },
  };

  private progress(
    text: string,
    steps: (update: (text: string) => Promise<void>, signal: AbortSignal) => Promise<unknown>,
  ): Promise<unknown> {
    const controller = new AbortController();
    this.updates.push(text);
    return steps((said) => {
      this.updates.push(said);
      if (said === this.cancelAt) controller.abort();
      return Promise.resolve();
    }, controller.signal);
  }

  private render(track: AudioTrack, start: number, end: number): string {
    if (!(track instanceof AudioTrack)) throw new Error("only audio tracks can be rendered");
    if (this.recording !== undefined) return this.recording;
    const file = join(this.folder, `render ${start}-${end}.wav`);
    writeFileSync(file, wav(Math.round(((end - start) * 60 * 44_100) / this.song.tempo)));
    return file;
  }

  private import(file: string): string {
    if (!existsSync(file)) throw new Error(`${file} is not there`);
    const copy = join(this.folder, "Song Project", "Samples", "Imported", basename(file));
    copyFileSync(file, copy);
    this.imported.push(copy);
    return copy;
  }
}

/** Returns silence of 16 bits in one channel. */
export function wav(samples: number, before: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(36);
  head.write("RIFF\0\0\0\0WAVEfmt ", "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(44_100, 24);
  head.writeUInt32LE(88_200, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  const data = Buffer.alloc(8 + 2 * samples);
  data.write("data", "latin1");
  data.writeUInt32LE(2 * samples, 4);
  return Buffer.concat([head, before, data]);
}

/** As the SDK has it: the activation leads to the context. */
export function initialize(activation: { live: FakeLive }, version: string): FakeLive["context"] {
  if (version !== "1.0.0") throw new Error(`there is no version ${version}`);
  return activation.live.context;
}
