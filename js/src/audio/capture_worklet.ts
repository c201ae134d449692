/** Runs on the audio thread: the microphone at the device's rate in, PCM16 blocks at 24 kHz out. */

import { BlockCutter } from "./blocks";
import { Resampler } from "./resampler";
import { Processor, scope } from "./worklet_scope";

const TARGET_RATE = 24_000;

/** What the worklet posts for each block. */
export interface CapturedBlock {
  pcm: ArrayBuffer;
  peak: number;
  /** The AudioContext's time of the block's last sample, in seconds. */
  time: number;
}

class Capture extends Processor {
  readonly #resampler = new Resampler(scope.sampleRate, TARGET_RATE);
  readonly #cutter = new BlockCutter();
  #running = true;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.#running = false;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0];
    if (input !== undefined) {
      const end = scope.currentTime + (input.length - this.#resampler.latency) / scope.sampleRate;
      this.#cutter.push(this.#resampler.process(input), ({ pcm, peak, behind }) => {
        const block: CapturedBlock = { pcm, peak, time: end - behind / TARGET_RATE };
        this.port.postMessage(block, [pcm]);
      });
    }
    return this.#running;
  }
}

scope.registerProcessor("nt-capture", Capture);
