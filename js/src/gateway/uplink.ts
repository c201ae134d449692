/** The microphone's way onto the socket: never more than 200 ms late, the oldest is dropped first. */

import { encodeMicrophone, MICROPHONE_FRAME_BYTES, type MicrophoneBlock } from "./frames";

/** 200 ms of 20 ms blocks, both in the socket's own buffer and in the queue before it. */
const LIMIT_BLOCKS = 10;

export interface AudioSink {
  readonly bufferedAmount: number;
  send(frame: ArrayBuffer): void;
}

export class AudioUplink {
  readonly #queue: MicrophoneBlock[] = [];
  dropped = 0;

  /** Queue a block and pass on what the sink has room for; blocks come 50 times a second, so this is the pump. */
  push(block: MicrophoneBlock, sink: AudioSink | null): void {
    this.#queue.push(block);
    if (this.#queue.length > LIMIT_BLOCKS) {
      this.#queue.shift();
      this.dropped += 1;
    }
    if (sink === null) return;
    while (sink.bufferedAmount < LIMIT_BLOCKS * MICROPHONE_FRAME_BYTES) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      sink.send(encodeMicrophone(next));
    }
  }

  clear(): void {
    this.#queue.length = 0;
  }
}
