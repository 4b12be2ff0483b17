/**
 * The part of Live's Extensions SDK, API version 1.0.0, that AuxSend uses, described by us.
 *
 * Ableton gives the SDK to whoever takes part in the beta and lets nobody pass it on, so it is not here; its own types
 * are neither needed nor looked at. Positions and lengths are beats (quarter notes). Where the SDK says that it gives
 * whole numbers, it may give them as `bigint`.
 */
declare module "@ableton-extensions/sdk" {
  export type Whole = number | bigint;

  /** Names an object of the set, until the object is deleted or moved. */
  export interface Handle {
    readonly id: bigint;
  }

  export class DataModelObject {
    readonly handle: Handle;
    readonly parent: DataModelObject | null;
  }

  export class Song extends DataModelObject {
    readonly tracks: readonly Track[];
    readonly tempo: number;
    /** Pitch class of the scale's root; C is 0. */
    readonly rootNote: Whole;
    readonly scaleName: string;
    /** Whether the set keeps to a scale. */
    readonly scaleMode: boolean;
    createAudioTrack(): Promise<AudioTrack>;
    createMidiTrack(): Promise<MidiTrack>;
    deleteTrack(track: Track): Promise<void>;
  }

  export class Track extends DataModelObject {
    name: string;
    readonly arrangementClips: readonly Clip[];
    readonly clipSlots: readonly ClipSlot[];
    createTakeLane(): Promise<TakeLane>;
  }

  export class AudioTrack extends Track {
    createAudioClip(place: AudioPlace): Promise<AudioClip>;
  }

  export class MidiTrack extends Track {
    createMidiClip(startTime: number, duration: number): Promise<MidiClip>;
  }

  export class TakeLane extends DataModelObject {
    name: string;
    createMidiClip(startTime: number, duration: number): Promise<MidiClip>;
  }

  export class ClipSlot extends DataModelObject {
    readonly clip: Clip | null;
    createMidiClip(length: number): Promise<MidiClip>;
  }

  /** A key that is there must have a value: Live refuses null. */
  export interface AudioPlace {
    readonly filePath: string;
    readonly startTime: number;
    readonly duration?: number;
    readonly isWarped?: boolean;
  }

  export class Clip extends DataModelObject {
    name: string;
    muted: boolean;
    /** 0xRRGGBB */
    color: Whole;
    readonly startTime: number;
    readonly endTime: number;
    readonly startMarker: number;
    readonly endMarker: number;
    readonly looping: boolean;
    readonly loopStart: number;
    readonly loopEnd: number;
  }

  export class AudioClip extends Clip {}

  export class MidiClip extends Clip {
    notes: readonly NoteDescription[];
  }

  export interface NoteDescription {
    readonly pitch: Whole;
    readonly startTime: number;
    readonly duration: number;
    readonly velocity?: Whole;
    readonly muted?: boolean;
  }

  export type Scope = "AudioClip" | "MidiClip" | "AudioTrack.ArrangementSelection" | "MidiTrack.ArrangementSelection";

  /** Says how far something is: in words, and in percent. */
  export type Update = (text: string, progress?: number) => Promise<void>;

  export interface ExtensionContext {
    readonly application: { readonly song: Song };
    readonly commands: { registerCommand(id: string, callback: (...given: unknown[]) => void): void };
    readonly environment: {
      readonly storageDirectory: string | undefined;
      readonly tempDirectory: string | undefined;
    };
    readonly resources: {
      /** Writes what a track plays, before its effects, and returns the WAV file. */
      renderPreFxAudio(track: AudioTrack, startTime: number, endTime: number): Promise<string>;
      /** Copies a file into the project and returns the copy, which is the one to use. */
      importIntoProject(filePath: string): Promise<string>;
    };
    readonly ui: {
      registerContextMenuAction(scope: Scope, title: string, commandId: string): Promise<() => Promise<void>>;
      /** Shows a page until it sends `close_and_send`, and returns what it sent. */
      showModalDialog(url: string, width: number, height: number): Promise<string>;
      withinProgressDialog(
        text: string,
        options: { readonly progress?: number },
        callback: (update: Update, signal: AbortSignal) => Promise<unknown>,
      ): Promise<unknown>;
    };
    getObjectFromHandle<T extends DataModelObject>(handle: Handle, kind: abstract new () => T): T;
    /** Makes one undo step of what `callback` begins before it returns. */
    withinTransaction<T>(callback: () => T): T;
  }

  export interface ActivationContext {
    readonly hostApiVersion: string;
  }

  export function initialize(activation: ActivationContext, version: "1.0.0"): ExtensionContext;
}
