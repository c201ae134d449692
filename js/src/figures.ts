/** How long things take: the last answers, and the way to the kernel and back. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { every } from "./lifetime";
import type { Latency, ToKernel } from "./messages";

const ANSWERS = 5;
const PING_MS = 2_000;

export class Figures {
  readonly #answers = signal<readonly Latency[]>([]);
  readonly #roundTrip_ms = signal<number | null>(null);
  readonly #send: (message: ToKernel) => void;

  constructor(send: (message: ToKernel) => void) {
    this.#send = send;
  }

  /** How long the last answers took, in their order. */
  get answers(): ReadonlySignal<readonly Latency[]> {
    return this.#answers;
  }

  /** Milliseconds to the kernel and back, while somebody wants to know; null before it has been measured. */
  get roundTrip_ms(): ReadonlySignal<number | null> {
    return this.#roundTrip_ms;
  }

  onLatency(latency: Latency): void {
    const others = this.#answers.peek().filter(({ turn_id }) => turn_id !== latency.turn_id);
    this.#answers.value = [...others, latency].slice(-ANSWERS);
  }

  onPong(sent_ms: number): void {
    this.#roundTrip_ms.value = Math.max(0, performance.now() - sent_ms);
  }

  /** The kernel tells them anew. */
  forget(): void {
    this.#answers.value = [];
    this.#roundTrip_ms.value = null;
  }

  /** Look again and again how long the way to the kernel takes, until the signal fires. */
  watch(signal: AbortSignal): void {
    const ping = () => this.#send({ type: "ping", sent_ms: performance.now() });
    ping();
    every(PING_MS, ping, signal);
  }
}
