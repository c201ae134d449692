/** Push-to-talk: the microphone is open while the person holds the button, or Space. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { onAbort, Timer } from "./lifetime";
import type { ToKernel } from "./messages";
import type { Settings } from "./settings";

/** People let go as they say their last syllable. */
const TAIL_MS = 200;

export interface TalkEvents {
  send(message: ToKernel): void;
  /** Whoever wants to talk, interrupts. */
  onBegin(): void;
}

export class PushToTalk {
  /** Whether the person says when their turn is over. */
  readonly on: ReadonlySignal<boolean>;
  readonly #held = signal(false);
  /** The person holds the button. */
  readonly held: ReadonlySignal<boolean> = this.#held;
  readonly #open = signal(false);
  /** The microphone is heard: while the button is held, and for the last syllable. */
  readonly open: ReadonlySignal<boolean> = this.#open;
  /** Whether somebody would hear. */
  readonly ready: ReadonlySignal<boolean>;
  readonly #settings: Settings;
  readonly #events: TalkEvents;
  readonly #tail: Timer;

  constructor(settings: Settings, ready: ReadonlySignal<boolean>, events: TalkEvents, life: AbortSignal) {
    this.#settings = settings;
    this.ready = ready;
    this.#events = events;
    this.#tail = new Timer(life);
    const button = settings.value("push_to_talk");
    const detection = settings.value("turn_detection");
    this.on = computed(() => button.value === true || detection.value === null);
    const follow = effect(() => {
      if (!this.on.value || !ready.value) this.#close();
    });
    onAbort(life, follow);
  }

  begin(): void {
    if (this.#held.peek() || !this.on.peek() || !this.ready.peek()) return;
    this.#held.value = true;
    if (this.#settings.value("muted").peek() === true) this.#settings.write("muted", false);
    this.#tail.clear();
    if (this.#open.peek()) return; // pressed again before the last word had ended
    this.#open.value = true;
    this.#events.send({ type: "talk_begin" });
    this.#events.onBegin();
  }

  end(): void {
    if (!this.#held.peek()) return;
    this.#held.value = false;
    this.#tail.set(TAIL_MS, () => this.#close());
  }

  #close(): void {
    this.#tail.clear();
    this.#held.value = false;
    if (!this.#open.peek()) return;
    this.#open.value = false;
    this.#events.send({ type: "talk_end" });
  }
}
