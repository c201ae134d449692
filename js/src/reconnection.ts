/** How the kernel's tries to bring a lost conversation back are going: which one, and in how many seconds. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { Timer } from "./lifetime";
import type { Retry } from "./messages";

/** On a hub the kernel's clock may be another one; a try further off than this was not timed by ours. */
const PLAUSIBLE_MS = 120_000;

export interface Progress {
  attempt: number;
  attempts: number;
  /** Whole seconds until the try, 0 while it is under way, null when the clocks do not tell. */
  seconds: number | null;
  /** "Try now" was pressed, and the kernel has not answered yet. */
  asked: boolean;
}

export class Reconnection {
  readonly #progress = signal<Progress | null>(null);
  /** Null while nothing is tried, or the kernel has not said what. */
  readonly progress: ReadonlySignal<Progress | null> = this.#progress;
  readonly #counting: Timer;

  constructor(life: AbortSignal) {
    this.#counting = new Timer(life);
  }

  follow(retry: Retry | null): void {
    this.clear();
    if (retry === null) return;
    const { attempt, attempts, at } = retry;
    const ahead_ms = at * 1000 - Date.now();
    this.#progress.value = { attempt, attempts, seconds: null, asked: false };
    if (Math.abs(ahead_ms) > PLAUSIBLE_MS) return;
    this.#count(performance.now() + ahead_ms);
  }

  /** The person does not want to wait. */
  ask(): void {
    this.#counting.clear();
    const progress = this.#progress.peek();
    if (progress !== null) this.#progress.value = { ...progress, seconds: 0, asked: true };
  }

  clear(): void {
    this.#counting.clear();
    this.#progress.value = null;
  }

  #count(due_ms: number): void {
    const progress = this.#progress.peek();
    if (progress === null) return;
    const left_ms = due_ms - performance.now();
    const seconds = Math.max(0, Math.ceil(left_ms / 1000));
    this.#progress.value = { ...progress, seconds };
    if (seconds > 0) this.#counting.set(left_ms - (seconds - 1) * 1000, () => this.#count(due_ms));
  }
}
