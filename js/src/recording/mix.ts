/** Both voices in one track: the avatar's as it comes, the person's as the service hears it. */

import { closeContext } from "../audio/capture";
import { onAbort } from "../lifetime";

const RATE = 24_000;
/** Blocks of the microphone come unevenly; this much they may be late. */
const SLACK_S = 0.1;

export class Mix {
  readonly #context: AudioContext;
  readonly #output: MediaStreamAudioDestinationNode;
  #avatar: AudioNode | null = null;
  #next = 0;
  #carried = 0;

  constructor(life: AbortSignal) {
    this.#context = new AudioContext();
    onAbort(life, () => void closeContext(this.#context));
    this.#output = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    // Without anything to play, a recorder would hear no time pass.
    const silence = new ConstantSourceNode(this.#context, { offset: 0 });
    silence.connect(this.#output);
    silence.start();
    void this.#context.resume();
  }

  get tracks(): MediaStreamTrack[] {
    return this.#output.stream.getAudioTracks();
  }

  /** What the avatar says comes from here now. */
  follow(voice: MediaStream | null): void {
    this.#avatar?.disconnect();
    this.#avatar = voice && this.#context.createMediaStreamSource(voice);
    this.#avatar?.connect(this.#output);
  }

  /** A block of the person's voice: PCM16, 24 kHz. */
  add(pcm: ArrayBuffer): void {
    const block = new Int16Array(pcm);
    // One sample more than is played: the browser draws its curve through it into the next block.
    const buffer = new AudioBuffer({ length: block.length + 1, sampleRate: RATE });
    const samples = buffer.getChannelData(0);
    samples[0] = this.#carried;
    for (const [index, value] of block.entries()) samples[index + 1] = value / 32_768;
    this.#carried = samples[block.length] ?? 0;
    const node = new AudioBufferSourceNode(this.#context, { buffer });
    node.connect(this.#output);
    const now = this.#context.currentTime;
    if (this.#next < now || this.#next > now + 1) this.#next = now + SLACK_S;
    node.start(this.#next, 0, block.length / RATE);
    this.#next += block.length / RATE;
  }
}
