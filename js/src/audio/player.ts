/** Plays voice that comes through the gateway, for when WebRTC brings none. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { Lifetime, onAbort } from "../lifetime";
import { closeContext } from "./capture";
import { PREFILL_SAMPLES } from "./jitter_buffer";
import { atTheEar, outputLatency } from "./latency";
import type { PlaybackReport, ToPlayback } from "./playback_worklet";
import playbackWorklet from "./playback_worklet?worklet";
import { soundOn } from "./speaker";
import { addWorklet, WorkletError } from "./worklet_module";

const RATE = 24_000;
/** Frames kept while the worklet loads: a few milliseconds in practice, two seconds at most. */
const EARLY_FRAMES = 100;
/** Where the clocks seem to differ by less than this it is the reading that is inexact, and they are averaged. */
const UNSURE_MS = 50;

interface Early {
  pcm: Int16Array<ArrayBuffer>;
  position_ms: number;
}

export interface PlayerEvents {
  onWorkletFailed(error: WorkletError): void;
  /** Voice is heard after a silence, from then on by `performance.now()`. */
  onHeard(at_ms: number): void;
}

interface Output {
  context: AudioContext;
  gain: GainNode;
  /** As loud as it came, for whoever keeps it. */
  tap: MediaStreamAudioDestinationNode;
  node: AudioWorkletNode | null;
}

export class Player {
  readonly #playing = signal(false);
  readonly playing: ReadonlySignal<boolean> = this.#playing;
  readonly #blocked = signal(false);
  /** The browser keeps the speaker shut until the person clicks something. */
  readonly blocked: ReadonlySignal<boolean> = this.#blocked;
  readonly #stream = signal<MediaStream | null>(null);
  /** What is played, whatever the volume; null while the speaker is given back. */
  readonly stream: ReadonlySignal<MediaStream | null> = this.#stream;
  readonly #life: AbortSignal;
  readonly #events: PlayerEvents;
  readonly #early: Early[] = [];
  #open: Lifetime | null = null;
  #output: Output | null = null;
  #volume = 1;
  #speaker = "";
  #queued = 0;
  #latency = 0;
  /** From the service's clock to `performance.now()` at the ear. */
  #ahead_ms: number | null = null;

  constructor(events: PlayerEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
  }

  /** Seconds from the page to the ear; stays known while the speaker is given back. */
  get outputLatency(): number {
    const context = this.#output?.context;
    return context?.state === "running" ? outputLatency(context) : this.#latency;
  }

  /** Seconds until voice that comes now is heard. */
  get delay(): number {
    return (this.#playing.peek() ? this.#queued : PREFILL_SAMPLES) / RATE + this.outputLatency;
  }

  /** When the voice of a moment of the service's clock is heard, by `performance.now()`; null while no voice tells. */
  heardAt(position_ms: number): number | null {
    return this.#ahead_ms === null ? null : this.#ahead_ms + position_ms;
  }

  /** Open the speaker. Called from a click, where browsers allow sound. */
  unlock(): void {
    const output = this.#output ?? this.#create();
    if (output === null || output.context.state === "running") return;
    void output.context.resume();
  }

  /** @param position_ms of the first sample by the service's clock; 0 where nobody tells. */
  play(pcm: Int16Array<ArrayBuffer>, position_ms = 0): void {
    const output = this.#output ?? this.#create();
    if (output === null) return;
    this.#blocked.value = output.context.state === "suspended" && output.node !== null;
    if (output.node !== null) this.#post({ type: "voice", pcm, position_ms }, [pcm.buffer]);
    else if (this.#early.length < EARLY_FRAMES) this.#early.push({ pcm, position_ms });
  }

  /** Barge-in: what is queued is dropped, what sounds fades within 5 ms. */
  flush(): void {
    this.#early.length = 0;
    this.#post({ type: "flush" });
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    const output = this.#output;
    if (output !== null) output.gain.gain.setTargetAtTime(volume, output.context.currentTime, 0.015);
  }

  /** @param speaker its device's id; "" for the browser's own choice. */
  setSpeaker(speaker: string): void {
    this.#speaker = speaker;
    if (this.#output !== null) void soundOn(this.#output.context, speaker);
  }

  /** Give the speaker back until the next `play` or `unlock`. */
  close(): void {
    this.#latency = this.outputLatency;
    this.#open?.end();
    this.#open = null;
    this.#output = null;
    this.#stream.value = null;
    this.#ahead_ms = null;
    this.#early.length = 0;
    this.#playing.value = false;
    this.#blocked.value = false;
  }

  #create(): Output | null {
    if (this.#life.aborted) return null;
    const open = new Lifetime(this.#life);
    this.#open = open;
    // Playing at the voice's own rate leaves the resampling to the browser (a microphone would not allow it).
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    onAbort(open.signal, () => void closeContext(context));
    context.addEventListener(
      "statechange",
      () => {
        if (context.state === "running") this.#blocked.value = false;
      },
      { signal: open.signal },
    );
    const gain = new GainNode(context, { gain: this.#volume });
    gain.connect(context.destination);
    const tap = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    void soundOn(context, this.#speaker);
    this.#output = { context, gain, tap, node: null };
    this.#stream.value = tap.stream;
    void this.#load(this.#output, open.signal);
    return this.#output;
  }

  async #load(output: Output, life: AbortSignal): Promise<void> {
    try {
      await addWorklet(output.context, playbackWorklet);
    } catch (error) {
      if (life.aborted) return;
      if (!(error instanceof WorkletError)) throw error;
      this.#events.onWorkletFailed(error);
      return;
    }
    if (life.aborted) return;
    const node = new AudioWorkletNode(output.context, "nt-playback", { outputChannelCount: [1] });
    node.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => {
      if (life.aborted) return;
      this.#queued = data.queued;
      if (data.playing && !this.#playing.peek()) {
        this.#events.onHeard(
          atTheEar(output.context, data.at) ?? performance.now() + 1000 * this.outputLatency,
        );
      }
      this.#playing.value = data.playing;
      if (data.playing && data.position_ms > 0) this.#compareClocks(output.context, data);
    };
    node.connect(output.gain);
    node.connect(output.tap);
    output.node = node;
    onAbort(life, () => {
      node.port.postMessage({ type: "stop" } satisfies ToPlayback);
      node.port.close();
    });
    for (const voice of this.#early.splice(0)) this.#post({ type: "voice", ...voice }, [voice.pcm.buffer]);
  }

  #compareClocks(context: AudioContext, { position_ms, at }: PlaybackReport): void {
    const heard_ms = atTheEar(context, at);
    if (heard_ms === null) return;
    const ahead_ms = heard_ms - position_ms;
    const error_ms = ahead_ms - (this.#ahead_ms ?? ahead_ms);
    this.#ahead_ms = Math.abs(error_ms) < UNSURE_MS ? ahead_ms - error_ms * 0.8 : ahead_ms;
  }

  #post(message: ToPlayback, transfer: Transferable[] = []): void {
    this.#output?.node?.port.postMessage(message, transfer);
  }
}
