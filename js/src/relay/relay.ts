/**
 * The avatar's picture where it comes over the gateway: decoded, and shown when its moment of the voice is heard.
 *
 * Drawn on a canvas whose stream is shown, recorded and passed on like that of a peer.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { VideoCodec, VideoFrameData } from "../gateway/frames";
import { Lifetime, onAbort, Timer } from "../lifetime";
import type { Quality } from "../media_path";
import { CODEC_STRINGS } from "./decoders";
import { PictureQueue, SCREEN_MS } from "./picture_queue";

/** Pictures that may wait to be decoded; a browser that is slower than that goes on with the next key frame. */
const BACKLOG = 12;
/** A picture that is due further away than this is none of the voice that is heard now. */
const ASTRAY_MS = 1_000;
/** Later than this, a picture has been held up on its way. */
const LATE_MS = 80;
/** How much of each picture counts for the share of late ones: a memory of about two seconds. */
const WEIGHT = 0.02;

export interface RelayEvents {
  /** When the voice of a position is heard, by `performance.now()`; null where no voice has told yet. */
  heardAt(position_ms: number): number | null;
  /** Milliseconds until voice that comes now is heard. */
  delay_ms(): number;
  /** The pictures go on with the next that can be understood by itself. */
  onKeyFrameNeeded(): void;
  /** This browser does not decode them after all. */
  onUndecodable(): void;
}

interface Screen {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
}

export class Relay {
  readonly #stream = signal<MediaStream | null>(null);
  /** From the first picture on; it stays while pictures fail to come. */
  readonly stream: ReadonlySignal<MediaStream | null> = this.#stream;
  readonly #quality = signal<Quality | null>(null);
  /** By how many pictures come too late; null while none do. */
  readonly quality: ReadonlySignal<Quality | null> = this.#quality;
  /** How much later than its voice the last picture was shown; null while no voice tells. */
  offset_ms: number | null = null;
  readonly #queue = new PictureQueue();
  readonly #events: RelayEvents;
  readonly #life: AbortSignal;
  readonly #timer: Timer;
  #open: Lifetime | null = null;
  #decoder: VideoDecoder | null = null;
  #codec: VideoCodec | null = null;
  #screen: Screen | null = null;
  #keyAwaited = true;
  #faults = 0;
  #anchor_ms: number | null = null;
  #late = 0;

  constructor(events: RelayEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
    this.#timer = new Timer(life);
  }

  take({ codec, key, position_ms, data }: VideoFrameData): void {
    if (this.#life.aborted || typeof VideoDecoder === "undefined") return;
    const decoder = this.#decoderOf(codec);
    if (!this.#keyAwaited && !key && decoder.decodeQueueSize > BACKLOG) this.#awaitKey();
    if (this.#keyAwaited && !key) return;
    this.#keyAwaited = false;
    const timestamp = Math.round(position_ms * 1000);
    try {
      decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp, data }));
    } catch {
      // Some faults are found at once, such as a key frame that is none.
      this.#onFault();
    }
  }

  /** End the picture; the next that comes begins another. */
  close(): void {
    this.#open?.end();
    this.#open = null;
  }

  #decoderOf(codec: VideoCodec): VideoDecoder {
    if (this.#decoder !== null && this.#codec === codec) return this.#decoder;
    this.close();
    const open = new Lifetime(this.#life);
    const decoder = new VideoDecoder({
      output: (frame) => this.#onDecoded(frame, open.signal),
      error: () => !open.signal.aborted && this.#onFault(),
    });
    decoder.configure({ codec: CODEC_STRINGS[codec], optimizeForLatency: true });
    onAbort(open.signal, () => {
      if (decoder.state !== "closed") decoder.close();
      this.#timer.clear();
      this.#queue.clear();
      for (const track of this.#stream.peek()?.getTracks() ?? []) track.stop();
      this.#stream.value = this.#quality.value = this.#decoder = this.#screen = this.#anchor_ms = null;
      this.#keyAwaited = true;
      this.#late = this.#faults = 0;
    });
    this.#open = open;
    this.#codec = codec;
    this.#decoder = decoder;
    return decoder;
  }

  #awaitKey(): void {
    this.#keyAwaited = true;
    this.#events.onKeyFrameNeeded();
  }

  /** One picture that cannot be read costs those up to the next key frame; one after the other, all of them. */
  #onFault(): void {
    const faults = this.#faults + 1;
    this.close();
    this.#faults = faults;
    if (faults > 1) this.#events.onUndecodable();
    else this.#events.onKeyFrameNeeded();
  }

  #onDecoded(frame: VideoFrame, life: AbortSignal): void {
    if (life.aborted) {
      frame.close();
      return;
    }
    this.#faults = 0;
    const now = performance.now();
    const due = this.#dueAt(frame.timestamp / 1000, now);
    this.#judge(now - due > LATE_MS);
    this.#queue.push(frame, due - SCREEN_MS);
    this.#show();
  }

  #dueAt(position_ms: number, now_ms: number): number {
    const expected = now_ms + this.#events.delay_ms();
    this.#anchor_ms ??= expected - position_ms;
    const due = this.#events.heardAt(position_ms) ?? this.#anchor_ms + position_ms;
    if (Math.abs(due - expected) < ASTRAY_MS) return due;
    this.#anchor_ms = expected - position_ms;
    return expected;
  }

  #judge(late: boolean): void {
    this.#late += WEIGHT * (Number(late) - this.#late);
    this.#quality.value = this.#late < 0.03 ? "good" : this.#late < 0.15 ? "fair" : "poor";
  }

  #show(): void {
    const frame = this.#queue.take(performance.now());
    if (frame !== null) {
      const heard_ms = this.#events.heardAt(frame.timestamp / 1000);
      this.offset_ms = heard_ms === null ? null : performance.now() + SCREEN_MS - heard_ms;
      this.#draw(frame);
    }
    const wait_ms = this.#queue.wait(performance.now());
    if (wait_ms === null) this.#timer.clear();
    else this.#timer.set(wait_ms, () => this.#show());
  }

  #draw(frame: VideoFrame): void {
    const screen = this.#screen ?? createScreen();
    this.#screen = screen;
    const { canvas, context } = screen;
    if (canvas.width !== frame.displayWidth || canvas.height !== frame.displayHeight) {
      canvas.width = frame.displayWidth;
      canvas.height = frame.displayHeight;
    }
    context.drawImage(frame, 0, 0);
    frame.close();
    this.#stream.value ??= canvas.captureStream();
  }
}

function createScreen(): Screen {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  if (context === null) throw new Error("this browser draws no pictures");
  return { canvas, context };
}
