/** The microphone as the person sees it: off, opening, on, or why it is not. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { Lifetime } from "../lifetime";
import { type Capture, MicrophoneError, type MicrophoneFault, openCapture } from "./capture";

export type MicrophoneState = "off" | "opening" | "on" | MicrophoneFault;

export interface MicrophoneEvents {
  onBlock(pcm: ArrayBuffer, captured_at_ms: number): void;
  onFault(error: MicrophoneError): void;
}

/** How much of the meter's height is left after each 20 ms block, so that it falls calmly. */
const METER_DECAY = 0.82;

export class Microphone {
  readonly #state = signal<MicrophoneState>("off");
  readonly #level = signal(0);
  readonly #events: MicrophoneEvents;
  readonly #life: AbortSignal;
  #opening: Lifetime | null = null;
  #capture: Capture | null = null;
  #muted = false;

  constructor(events: MicrophoneEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
  }

  get state(): ReadonlySignal<MicrophoneState> {
    return this.#state;
  }

  /** Loudness for a meter, 0 to 1. */
  get level(): ReadonlySignal<number> {
    return this.#level;
  }

  /** Ask for the microphone; a refusal is kept as the state and may be tried again. */
  async open(): Promise<void> {
    if (this.#life.aborted || this.#opening !== null) return;
    const opening = new Lifetime(this.#life);
    this.#opening = opening;
    this.#state.value = "opening";
    try {
      this.#capture = await openCapture(
        {
          onBlock: (pcm, captured_at_ms, peak) => this.#onBlock(pcm, captured_at_ms, peak),
          onLost: () => this.#fail(new MicrophoneError("microphone_lost")),
        },
        opening.signal,
      );
    } catch (error) {
      // Closed while the browser was still asking: nobody waits for this microphone any more.
      if (opening.signal.aborted) return;
      if (!(error instanceof MicrophoneError)) throw error;
      this.#fail(error);
      return;
    }
    this.#capture.enable(!this.#muted);
    this.#state.value = "on";
  }

  /** Let go of the device: the browser's recording light goes out. */
  close(): void {
    this.#opening?.end();
    this.#opening = null;
    this.#capture = null;
    this.#level.value = 0;
    this.#state.value = "off";
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#capture?.enable(!muted);
    if (muted) this.#level.value = 0;
  }

  #onBlock(pcm: ArrayBuffer, captured_at_ms: number, peak: number): void {
    if (this.#muted) return;
    this.#level.value = Math.max(peak, this.#level.peek() * METER_DECAY);
    this.#events.onBlock(pcm, captured_at_ms);
  }

  #fail(error: MicrophoneError): void {
    this.close();
    this.#state.value = error.code;
    this.#events.onFault(error);
  }
}
