/** One press of Start or Take over: pending until answered, and the clock of the first video frame. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { Timer } from "./lifetime";

/** How long a press may go without a sign from the kernel before it counts as failed. */
const ANSWER_MS = 20_000;

export type Press = "start" | "take_over";

export interface ClaimEvents {
  /** Whether the kernel has heard it and is at work, for which it has time limits of its own. */
  underWay(): boolean;
  onUnanswered(): void;
}

export class Claim {
  readonly #pending = signal(false);
  /** Pressed here and not answered yet. */
  readonly pending: ReadonlySignal<boolean> = this.#pending;
  readonly #events: ClaimEvents;
  readonly #waiting: Timer;
  #press: Press = "start";
  #pressed_ms: number | null = null;

  constructor(events: ClaimEvents, life: AbortSignal) {
    this.#events = events;
    this.#waiting = new Timer(life);
  }

  /** What was pressed last. */
  get pressed(): Press {
    return this.#press;
  }

  press(press: Press): void {
    this.#press = press;
    this.#pressed_ms = performance.now();
    this.#pending.value = true;
    this.#wait();
  }

  /** The kernel has told something: the time for an answer begins anew. */
  heard(): void {
    if (this.#pending.peek()) this.#wait();
  }

  settle(): void {
    this.#waiting.clear();
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

  #wait(): void {
    const decide = () => (this.#events.underWay() ? this.#wait() : this.#events.onUnanswered());
    this.#waiting.set(ANSWER_MS, decide);
  }
}
