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
    const others = this.#answers.peek().filter(({ turn_id }) => turn_id !== latency.turn_id);
    this.#answers.value = [...others, latency].slice(-ANSWERS);
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
