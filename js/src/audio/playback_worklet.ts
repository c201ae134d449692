/** Runs on the audio thread of a 24 kHz context: voice from the gateway to the speaker. */

import { JitterBuffer } from "./jitter_buffer";
import { Processor, scope } from "./worklet_scope";

export type ToPlayback =
  | { type: "voice"; pcm: Int16Array<ArrayBuffer> }
  | { type: "flush" }
  | { type: "stop" };

/** Posted whenever voice begins or ends. */
export interface PlaybackReport {
  playing: boolean;
}

class Playback extends Processor {
  readonly #buffer = new JitterBuffer();
  #running = true;
  #reported = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => {
      if (data.type === "voice") this.#buffer.push(data.pcm);
      else if (data.type === "flush") this.#buffer.flush();
      else this.#running = false;
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    if (output !== undefined) this.#buffer.pull(output);
    if (this.#buffer.playing !== this.#reported) {
      this.#reported = this.#buffer.playing;
      const report: PlaybackReport = { playing: this.#reported };
      this.port.postMessage(report);
    }
    return this.#running;
  }
}

scope.registerProcessor("nt-playback", Playback);
