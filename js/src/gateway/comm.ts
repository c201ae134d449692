/**
 * A connection over the widget's comm, where no socket gets through: the same messages and frames, in larger pieces.
 *
 * Most kernels serve the comm between cells only. They say what they have taken; no more sound is sent ahead of that
 * than a listener would wait for, and what stays untaken tells that a cell is running.
 */

import { kernelPresence } from "../host";
import { every, onAbort, Timer } from "../lifetime";
import type { ToKernel, Visit } from "../messages";
import type { Model } from "../model";
import { type Channel, type ChannelEvents, deliver } from "./channel";

/** Blocks of the microphone that travel together: 100 ms. */
const GATHERED_BLOCKS = 5;
/** What was gathered goes all the same when the microphone falls silent. */
const GATHERING_MS = 150;
/** Sound is sent this many pieces ahead of what was taken; what does not fit waits in the uplink, which drops it. */
const SOUND_AHEAD = 5;
/** A kernel that has left so much untaken is not going to take it. */
const AHEAD_LIMIT = 200;
const LOOK_MS = 500;
/** Something is sent this often, so that both sides know that the other is there. */
const BEAT_MS = 3_000;
const PAUSED_MS = 1_000;
/** A kernel that runs nothing and takes nothing for so long is another one than this page was connected to. */
const FORGOTTEN_MS = 5_000;

export class CommChannel implements Channel {
  readonly #model: Model;
  readonly #events: ChannelEvents;
  readonly #page = freshName();
  readonly #life: AbortSignal;
  readonly #gathering: Timer;
  /** When each piece was sent that is not known to be taken. */
  readonly #ahead = new Map<number, number>();
  #number = 0;
  #sent_ms = 0;
  #gathered: ArrayBuffer[] = [];
  #paused = false;

  constructor(model: Model, visit: Visit, events: ChannelEvents, life: AbortSignal) {
    this.#model = model;
    this.#events = events;
    this.#life = life;
    this.#gathering = new Timer(life);
    const onCustom = (content: unknown, buffers: unknown) => this.#take(content, buffers);
    model.on("msg:custom", onCustom);
    onAbort(life, () => {
      model.off("msg:custom", onCustom);
      this.#post({ type: "comm_close" });
    });
    every(LOOK_MS, () => this.#look(), life);
    this.#post({ type: "comm_open", ...visit });
    this.#send(null, []);
  }

  /** No room for sound while much of it is under way. */
  get bufferedAmount(): number {
    return this.#ahead.size < SOUND_AHEAD ? 0 : Number.POSITIVE_INFINITY;
  }

  sendMessage(message: ToKernel): void {
    this.#send(JSON.stringify(message), []);
  }

  send(frame: ArrayBuffer): void {
    this.#gathered.push(frame);
    if (this.#gathered.length >= GATHERED_BLOCKS) this.#sendGathered();
    else if (this.#gathered.length === 1) this.#gathering.set(GATHERING_MS, () => this.#sendGathered());
  }

  #sendGathered(): void {
    this.#gathering.clear();
    this.#send(null, this.#gathered.splice(0));
  }

  #send(text: string | null, buffers: ArrayBuffer[]): void {
    if (this.#ahead.size >= AHEAD_LIMIT) {
      this.#events.onClose();
      return;
    }
    this.#number += 1;
    this.#sent_ms = performance.now();
    this.#ahead.set(this.#number, this.#sent_ms);
    this.#post({ type: "comm_frames", number: this.#number, text }, buffers);
  }

  #post(content: Record<string, unknown>, buffers: ArrayBuffer[] = []): void {
    try {
      this.#model.send({ ...content, page: this.#page }, undefined, buffers);
    } catch {
      // The host throws when the comm is gone with its kernel.
      if (!this.#life.aborted) this.#events.onClose();
    }
  }

  #take(content: unknown, buffers: unknown): void {
    const { type, page, text, number } = content as Record<string, unknown>;
    if (page !== this.#page) return;
    if (type === "comm_closed") this.#events.onClose();
    else if (type === "comm_taken") {
      for (const earlier of this.#ahead.keys()) if (earlier <= Number(number)) this.#ahead.delete(earlier);
      this.#look();
    } else if (type === "comm_frame") {
      if (typeof text === "string") deliver(text, this.#events);
      for (const buffer of Array.isArray(buffers) ? (buffers as unknown[]) : []) {
        if (ArrayBuffer.isView(buffer)) deliver(copyOf(buffer), this.#events);
      }
    }
  }

  #look(): void {
    const now_ms = performance.now();
    const [oldest_ms = now_ms] = this.#ahead.values();
    const untaken_ms = now_ms - oldest_ms;
    const presence = kernelPresence(this.#model);
    if (presence === "absent" || (presence === "idle" && untaken_ms > FORGOTTEN_MS)) {
      this.#events.onClose();
      return;
    }
    if (now_ms - this.#sent_ms > BEAT_MS && this.#ahead.size === 0) this.#send(null, []);
    const paused = untaken_ms > PAUSED_MS;
    if (paused !== this.#paused) this.#events.onPaused(paused);
    this.#paused = paused;
  }
}

/** A name that no other page has. Not by `randomUUID`, which pages behind plain http do not have. */
export function freshName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");
}

/** Hosts give views into larger buffers. */
function copyOf(view: ArrayBufferView): ArrayBuffer {
  return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength).slice().buffer;
}
