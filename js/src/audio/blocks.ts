/** Cutting a stream of float samples into PCM16 blocks of one size. */

/** Samples of one microphone block: 20 ms at 24 kHz. */
export const BLOCK_SAMPLES = 480;

export interface Block {
  pcm: ArrayBuffer;
  /** Loudest sample, 0 to 1. */
  peak: number;
  /** Samples fed after the block's last one. */
  behind: number;
}

export class BlockCutter {
  #block = new Int16Array(BLOCK_SAMPLES);
  #filled = 0;
  #peak = 0;

  /** Take samples in [-1, 1] (clipping what lies outside) and pass on each block they complete. */
  push(samples: Float32Array, onBlock: (block: Block) => void): void {
    for (let index = 0; index < samples.length; index++) {
      const value = Math.min(1, Math.max(-1, samples[index] as number));
      this.#block[this.#filled++] = Math.round(value * 32767);
      this.#peak = Math.max(this.#peak, Math.abs(value));
      if (this.#filled < BLOCK_SAMPLES) continue;
      onBlock({ pcm: this.#block.buffer, peak: this.#peak, behind: samples.length - index - 1 });
      this.#block = new Int16Array(BLOCK_SAMPLES);
      this.#filled = 0;
      this.#peak = 0;
    }
  }
}
