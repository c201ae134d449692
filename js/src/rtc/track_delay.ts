/** How much later than its arrival from the service a track's voice is heard. */

import type { Total, Traffic } from "./traffic";

export class TrackDelay {
  readonly #jitterBuffer: IntervalMean;
  readonly #playout = new IntervalMean(null);
  #roundTrip = 0;

  /** @param jitterBuffer seconds in the jitter buffer to reckon with until they have been measured. */
  constructor(jitterBuffer: number) {
    this.#jitterBuffer = new IntervalMean(jitterBuffer);
  }

  add(traffic: Traffic): void {
    this.#jitterBuffer.add(traffic.jitterBuffer);
    this.#playout.add(traffic.playout);
    this.#roundTrip = traffic.roundTrip;
  }

  /** Seconds; `outputLatency` counts where the browser does not measure that of its tracks. */
  seconds(outputLatency: number): number {
    return this.#roundTrip / 2 + (this.#jitterBuffer.value ?? 0) + this.playout(outputLatency);
  }

  /** The last part of it: seconds from the browser's mix to the ear. */
  playout(outputLatency: number): number {
    return this.#playout.value ?? outputLatency;
  }
}

/** The mean of what came between the last two totals that differ. */
class IntervalMean {
  value: number | null;
  #before: Total = { sum: 0, count: 0 };

  constructor(first: number | null) {
    this.value = first;
  }

  add(total: Total): void {
    const count = total.count - this.#before.count;
    if (count > 0) this.value = (total.sum - this.#before.sum) / count;
    this.#before = total;
  }
}
