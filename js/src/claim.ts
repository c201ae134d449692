/** One press of Start or Take over: pending until answered, and the clock of the first video frame. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { after, Lifetime } from "./lifetime";

/** How long a press may go without an answer before it counts as failed. */
const ANSWER_MS = 20_000;

export class Claim {
  readonly #pending = signal(false);
  readonly #life: AbortSignal;
  #waiting: Lifetime | null = null;
  #pressed_ms: number | null = null;

  constructor(life: AbortSignal) {
    this.#life = life;
  }

  /** Pressed here and not answered yet. */
  get pending(): ReadonlySignal<boolean> {
    return this.#pending;
  }

  press(onUnanswered: () => void): void {
    this.settle();
    this.#pressed_ms = performance.now();
    this.#pending.value = true;
    this.#waiting = new Lifetime(this.#life);
    after(ANSWER_MS, onUnanswered, this.#waiting.signal);
  }

  settle(): void {
    this.#waiting?.end();
    this.#waiting = null;
    this.#pending.value = false;
  }

  /** Nothing more will be measured from this press. */
  forget(): void {
    this.settle();
    this.#pressed_ms = null;
  }

  /** Milliseconds from the press to a `performance.now()` time; null when asked before. */
  takeElapsed(presented_ms: number): number | null {
    if (this.#pressed_ms === null) return null;
    const elapsed_ms = Math.max(0, presented_ms - this.#pressed_ms);
    this.#pressed_ms = null;
    return elapsed_ms;
  }
}
