/** When a track's sound begins, as its statistics show it: to half the time between two looks. */

import type { Energy } from "./energy";

/** Of full scale, after the volume that the person has chosen: what is softer is nobody's voice. */
const AUDIBLE = 0.003;
/** Looks further apart than this, as in a tab that nobody looks at, tell too little. */
const SURE_MS = 150;

export class Onset {
  #before: Energy | null = null;
  #silent: boolean;

  /** @param silent whether nothing sounds so far; else a silence is awaited first. */
  constructor(silent: boolean) {
    this.#silent = silent;
  }

  /** The moment at which the sound began, once it has after a silence; null otherwise. */
  look(now: Energy): number | null {
    const before = this.#before;
    if (before !== null && now.seconds <= before.seconds) return null; // the same statistics again
    this.#before = now;
    if (before === null) return null;
    const silent = Math.sqrt((now.energy - before.energy) / (now.seconds - before.seconds)) < AUDIBLE;
    const began = this.#silent && !silent && now.at_ms - before.at_ms < SURE_MS;
    this.#silent = silent;
    return began ? (before.at_ms + now.at_ms) / 2 : null;
  }
}
