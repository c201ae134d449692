/** How long things take: the last answers, and the way to the kernel and back. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Latency, ToKernel, ToPage } from "./messages";

const ANSWERS = 5;

export class Figures {
  readonly #answers = signal<readonly Latency[]>([]);
  /** How long the last answers took, in their order. */
  readonly answers: ReadonlySignal<readonly Latency[]> = this.#answers;
  readonly #roundTrip_ms = signal<number | null>(null);
  /** Milliseconds to the kernel and back, while a conversation runs; null before it has been measured. */
  readonly roundTrip_ms: ReadonlySignal<number | null> = this.#roundTrip_ms;
  readonly #send: (message: ToKernel) => void;

  constructor(send: (message: ToKernel) => void) {
    this.#send = send;
  }

  onLatency(latency: Latency): void {
    if (latency.words_ms === null && latency.audio_ms === null) return; // a greeting that was cut: nobody waited for it
    const known = new Map(this.#answers.peek().map((answer) => [answer.turn_id, answer]));
    this.#answers.value = [...known.set(latency.turn_id, latency).values()].slice(-ANSWERS);
  }

  /** The kernel compares its clock with ours. */
  onPing({ sent_ms, round_trip_ms }: Extract<ToPage, { type: "ping" }>): void {
    const now_ms = performance.timeOrigin + performance.now();
    this.#send({ type: "pong", sent_ms, received_ms: now_ms, answered_ms: now_ms });
    this.#roundTrip_ms.value = round_trip_ms;
  }

  /** The kernel tells them anew. */
  forget(): void {
    this.#answers.value = [];
    this.#roundTrip_ms.value = null;
  }
}
