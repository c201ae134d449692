/** One press of Start or Take over: pending until answered, and the clock of the first video frame. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { after, Lifetime } from "./lifetime";

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
  readonly #events: ClaimEvents;
  readonly #life: AbortSignal;
  #press: Press = "start";
  #waiting: Lifetime | null = null;
  #pressed_ms: number | null = null;

  constructor(events: ClaimEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
  }

  /** Pressed here and not answered yet. */
  get pending(): ReadonlySignal<boolean> {
    return this.#pending;
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

  #wait(): void {
    this.#waiting?.end();
    const waiting = new Lifetime(this.#life);
    this.#waiting = waiting;
    const decide = () => (this.#events.underWay() ? this.#wait() : this.#events.onUnanswered());
    after(ANSWER_MS, decide, waiting.signal);
  }
}
