/**
 * Voice between the network and the speaker: waits for a little before it begins, fades where it is cut.
 *
 * Holds a minute at most, since some services send a whole answer at once; then the oldest is dropped.
 */

/** Samples at 24 kHz: what must be there before voice begins, so that late frames leave no gap. */
export const PREFILL_SAMPLES = 1_440;
/** A short answer never fills that; after this many samples of waiting it is played anyway. */
const PATIENCE_SAMPLES = 1_440;
export const CAPACITY_SAMPLES = 60 * 24_000;
const SAMPLES_PER_MS = 24;
/** 5 ms: long enough not to click. */
const FADE_SAMPLES = 120;

export class JitterBuffer {
  readonly #chunks: Int16Array[] = [];
  readonly #positions: number[] = [];
  #read = 0;
  #queued = 0;
  #waited = 0;
  #playing = false;
  /** The last sample played, and how much of its fade to silence is left. */
  #tail = 0;
  #tailLeft = 0;

  get queued(): number {
    return this.#queued;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Which moment of the service's clock is played next, in milliseconds; 0 where nobody has told. */
  get position_ms(): number {
    const position = this.#positions[0] ?? 0;
    return position === 0 ? 0 : position + this.#read / SAMPLES_PER_MS;
  }

  push(chunk: Int16Array, position_ms = 0): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#positions.push(position_ms);
    this.#queued += chunk.length;
    while (this.#queued > CAPACITY_SAMPLES) this.#dropOldest();
  }

  /** Forget what is queued; what sounds now fades out within 5 ms. */
  flush(): void {
    this.#chunks.length = this.#positions.length = 0;
    this.#read = 0;
    this.#queued = 0;
    this.#stop();
  }

  /** Fill the output with the next samples, silence where there are none. */
  pull(output: Float32Array): void {
    if (!this.#playing) this.#considerBeginning(output.length);
    for (let index = 0; index < output.length; index++) {
      if (this.#playing && this.#queued === 0) this.#stop();
      output[index] = this.#playing ? this.#next() : this.#fade();
    }
  }

  #considerBeginning(passing: number): void {
    if (this.#queued === 0) return;
    this.#waited += passing;
    if (this.#queued >= PREFILL_SAMPLES || this.#waited >= PATIENCE_SAMPLES) {
      this.#playing = true;
      this.#waited = 0;
    }
  }

  #next(): number {
    const chunk = this.#chunks[0] as Int16Array;
    const value = (chunk[this.#read++] as number) / 32768;
    this.#queued -= 1;
    if (this.#read === chunk.length) {
      this.#chunks.shift();
      this.#positions.shift();
      this.#read = 0;
    }
    // Speech that begins while the former piece still fades is laid over it.
    this.#tail = value + this.#fade();
    return this.#tail;
  }

  #fade(): number {
    if (this.#tailLeft === 0) return 0;
    this.#tailLeft -= 1;
    return (this.#tailFrom * this.#tailLeft) / FADE_SAMPLES;
  }

  #tailFrom = 0;

  #stop(): void {
    if (this.#playing) {
      this.#tailFrom = this.#tail;
      this.#tailLeft = FADE_SAMPLES;
    }
    this.#playing = false;
    this.#waited = 0;
  }

  #dropOldest(): void {
    const oldest = this.#chunks.shift();
    this.#positions.shift();
    this.#queued -= (oldest?.length ?? 0) - this.#read;
    this.#read = 0;
  }
}
