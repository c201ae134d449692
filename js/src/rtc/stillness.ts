/**
 * Notices that media stand still although their connection does not complain.
 *
 * Counts looks instead of reading a clock: after a laptop's sleep a live connection needs a moment to show that it lives.
 */

import type { Traffic } from "./traffic";

export const LOOK_MS = 1_000;
export const FROZEN_MS = 5_000;
const FROZEN_LOOKS = FROZEN_MS / LOOK_MS;

/** What should arrive now. Some services send no picture while the avatar is idle, so only a voice promises one. */
export type Expected = "nothing" | "packets" | "frames";

export class Stillness {
  #before: Traffic | null = null;
  #withoutPackets = 0;
  #withoutFrames = 0;

  /** Take one look, `LOOK_MS` after the one before; true when the media stand still. */
  look(now: Traffic, expected: Expected): boolean {
    const before = this.#before;
    this.#before = now;
    if (before === null || expected === "nothing") {
      this.#withoutPackets = this.#withoutFrames = 0;
      return false;
    }
    const heard = now.audioPackets > before.audioPackets;
    const arrived = heard || now.videoPackets > before.videoPackets;
    this.#withoutPackets = arrived ? 0 : this.#withoutPackets + 1;
    if (expected !== "frames" || now.frames > before.frames) this.#withoutFrames = 0;
    else if (heard && now.frames > 0) this.#withoutFrames += 1;
    return Math.max(this.#withoutPackets, this.#withoutFrames) >= FROZEN_LOOKS;
  }
}
