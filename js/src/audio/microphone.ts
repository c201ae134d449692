/**
 * The microphone as the person sees it: off, opening, on, or why it is not.
 *
 * Another one takes over with its first block, and until then the former goes on: nobody is cut short.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { every, Lifetime } from "../lifetime";
import { type Capture, openCapture } from "./capture";
import { deviceSource, MicrophoneError, type MicrophoneFault, type Source } from "./source";

export type MicrophoneState = "off" | "opening" | "on" | MicrophoneFault;

export interface MicrophoneEvents {
  onBlock(pcm: ArrayBuffer, captured_at_ms: number): void;
  onFault(error: MicrophoneError): void;
  /** The person is heard, for the first time or again. */
  onHeard(): void;
  /** It went away, or cannot be used; another one is heard instead. */
  onReplaced(): void;
}

/** How much of the meter's height is left after each 20 ms block, so that it falls calmly. */
const METER_DECAY = 0.82;
/** Microphones that go away faster than this are not replaced again and again. */
const REPLACING_MS = 5_000;
/** An open microphone without a block for so long is held back by the browser or the system. */
const SILENT_S = 5;
const DEFAULT = deviceSource("");

interface Opened {
  source: Source;
  life: Lifetime;
  capture: Capture | null;
  /** Seconds since the last block; the machine's sleep does not count. */
  silent_s: number;
}

export class Microphone {
  readonly #state = signal<MicrophoneState>("off");
  readonly state: ReadonlySignal<MicrophoneState> = this.#state;
  readonly #level = signal(0);
  /** Loudness for a meter, 0 to 1. */
  readonly level: ReadonlySignal<number> = this.#level;
  readonly #events: MicrophoneEvents;
  readonly #life: AbortSignal;
  #wanted = DEFAULT;
  /** What is heard, and what is to take its place. */
  #heard: Opened | null = null;
  #coming: Opened | null = null;
  #muted = false;
  #replaced_ms = Number.NEGATIVE_INFINITY;

  constructor(events: MicrophoneEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
  }

  /** Choose what is heard, now and whenever it is opened. */
  use(source: Source): void {
    this.#wanted = source;
    if (this.#state.peek() === "off") return;
    const current = this.#coming ?? this.#heard;
    // Where the last one was refused, this one may do.
    if (current === null) void this.open();
    else if (current.source.key !== source.key) void this.#change(source);
  }

  /** Ask for the microphone; a refusal is kept as the state and may be tried again. */
  async open(): Promise<void> {
    if (this.#state.peek() === "microphone_silent") this.close();
    if (this.#life.aborted || this.#heard !== null || this.#coming !== null) return;
    this.#state.value = "opening";
    await this.#change(this.#wanted);
  }

  /** Let go of the device: the browser's recording light goes out. */
  close(): void {
    this.#coming?.life.end();
    this.#heard?.life.end();
    this.#coming = null;
    this.#heard = null;
    this.#level.value = 0;
    this.#state.value = "off";
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#heard?.capture?.enable(!muted);
    this.#coming?.capture?.enable(!muted);
    if (muted) this.#level.value = 0;
  }

  async #change(source: Source): Promise<void> {
    const error = await this.#begin(source);
    if (error === null) return;
    const gone = error.code === "microphone_missing" || error.code === "microphone_lost";
    if (!gone || source.key === DEFAULT.key) this.#refuse(error);
    else if (this.#heard !== null) this.#events.onReplaced();
    else await this.#replace();
  }

  /** Null when it is open, or when nobody waits for it any more. */
  async #begin(source: Source): Promise<MicrophoneError | null> {
    this.#coming?.life.end();
    const opened: Opened = { source, life: new Lifetime(this.#life), capture: null, silent_s: 0 };
    this.#coming = opened;
    try {
      opened.capture = await openCapture(
        source,
        {
          onBlock: (pcm, captured_at_ms, peak) => this.#onBlock(opened, pcm, captured_at_ms, peak),
          onLost: () => this.#onLost(opened),
        },
        opened.life.signal,
      );
    } catch (error) {
      if (opened.life.signal.aborted) return null;
      if (!(error instanceof MicrophoneError)) throw error;
      opened.life.end();
      this.#coming = null;
      return error;
    }
    if (opened.life.signal.aborted) return null;
    opened.capture.enable(!this.#muted);
    this.#state.value = "on";
    every(1000, () => this.#onSecond(opened), opened.life.signal);
    return null;
  }

  #onBlock(opened: Opened, pcm: ArrayBuffer, captured_at_ms: number, peak: number): void {
    // What waits for its sound gives silence until then.
    if (opened.capture === null) return;
    opened.silent_s = 0;
    if (opened === this.#coming) {
      this.#heard?.life.end();
      this.#heard = opened;
      this.#coming = null;
      this.#events.onHeard();
    }
    if (opened !== this.#heard) return;
    if (this.#state.peek() === "microphone_silent") {
      this.#state.value = "on";
      this.#events.onHeard();
    }
    if (this.#muted) return;
    this.#level.value = Math.max(peak, this.#level.peek() * METER_DECAY);
    this.#events.onBlock(pcm, captured_at_ms);
  }

  #onSecond(opened: Opened): void {
    opened.silent_s += 1;
    if (opened.silent_s !== SILENT_S || opened !== (this.#coming ?? this.#heard)) return;
    if (opened === this.#coming && this.#heard !== null) {
      opened.life.end();
      this.#coming = null;
    } else {
      this.#level.value = 0;
      this.#state.value = "microphone_silent";
    }
    this.#events.onFault(new MicrophoneError("microphone_silent"));
  }

  #onLost(opened: Opened): void {
    if (opened !== (this.#coming ?? this.#heard)) return; // another one takes its place already
    const now = performance.now();
    if (now - this.#replaced_ms < REPLACING_MS) {
      this.#fail(new MicrophoneError("microphone_lost"));
    } else {
      this.#replaced_ms = now;
      void this.#replace(new MicrophoneError("microphone_lost"));
    }
  }

  async #replace(lost?: MicrophoneError): Promise<void> {
    const error = await this.#begin(DEFAULT);
    if (error !== null) this.#fail(lost ?? error);
    else if (this.#heard !== null || this.#coming !== null) this.#events.onReplaced();
  }

  /** What cannot be opened does not cost what is heard. */
  #refuse(error: MicrophoneError): void {
    if (this.#heard === null) this.#fail(error);
    else this.#events.onFault(error);
  }

  #fail(error: MicrophoneError): void {
    this.close();
    this.#state.value = error.code;
    this.#events.onFault(error);
  }
}
