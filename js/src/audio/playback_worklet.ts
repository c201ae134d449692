/** Runs on the audio thread of a 24 kHz context: voice from the gateway to the speaker. */

import { JitterBuffer } from "./jitter_buffer";
import { Processor, scope } from "./worklet_scope";

export type ToPlayback =
  | { type: "voice"; pcm: Int16Array<ArrayBuffer>; position_ms: number }
  | { type: "flush" }
  | { type: "stop" };

/** Posted whenever voice begins or ends, and five times a second in between. */
export interface PlaybackReport {
  playing: boolean;
  /** Samples that wait. */
  queued: number;
  /** The moment of the service's clock that sounds at `at` of the context's; 0 where nobody has told it. */
  position_ms: number;
  at: number;
}

const REPORT_SAMPLES = 4_800;

class Playback extends Processor {
  readonly #buffer = new JitterBuffer();
  #running = true;
  #reported = false;
  #unreported = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => {
      if (data.type === "voice") this.#buffer.push(data.pcm, data.position_ms);
      else if (data.type === "flush") this.#buffer.flush();
      else this.#running = false;
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    if (output !== undefined) {
      this.#buffer.pull(output);
      this.#unreported += output.length;
    }
    const { playing, queued, position_ms } = this.#buffer;
    if (playing !== this.#reported || (playing && this.#unreported >= REPORT_SAMPLES)) {
      this.#reported = playing;
      this.#unreported = 0;
      const at = scope.currentTime + (output?.length ?? 0) / scope.sampleRate;
      this.port.postMessage({ playing, queued, position_ms, at } satisfies PlaybackReport);
    }
    return this.#running;
  }
}

scope.registerProcessor("nt-playback", Playback);
