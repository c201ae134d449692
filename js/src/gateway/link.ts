/**
 * The way to the kernel: asks for the gateway's address over the comm, connects, and asks again after a loss.
 *
 * The comm is only served between cells, so an unanswered question usually means that a cell is running.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { kernelPresence } from "../host";
import { after, Lifetime, onAbort } from "../lifetime";
import type { GatewayAddress, ToKernel, ToPage } from "../messages";
import type { Model } from "../model";
import { parseGatewayAddress } from "../parsing";
import type { MicrophoneBlock } from "./frames";
import { GatewaySocket } from "./socket";
import { AudioUplink } from "./uplink";

export type LinkState = "off" | "asking" | "waiting" | "absent" | "connecting" | "open" | "lost";

export interface LinkEvents {
  onMessage(message: ToPage): void;
  onVoice(pcm: Int16Array<ArrayBuffer>): void;
}

/** Later than this, an answer is worth a word to the person waiting. */
const WAITING_MS = 2_000;
/** A welcome takes a few milliseconds on loopback; a proxy may need longer. */
const WELCOME_MS = 6_000;
/** How long each question may stay unanswered before it is asked again. */
const ANSWER_MS = [5_000, 10_000, 20_000];
const LAST_ANSWER_MS = 30_000;
/** Pauses before asking anew after a loss, so that a dead gateway is not hammered. */
const BACKOFF_MS = [200, 500, 1_000, 2_000, 4_000, 8_000];

export class GatewayLink {
  readonly #state = signal<LinkState>("off");
  readonly #model: Model;
  readonly #events: LinkEvents;
  readonly #life: AbortSignal;
  readonly #uplink = new AudioUplink();
  #running: Lifetime | null = null;
  #question: Lifetime | null = null;
  #connection: Lifetime | null = null;
  #socket: GatewaySocket | null = null;
  #losses = 0;

  constructor(model: Model, events: LinkEvents, life: AbortSignal) {
    this.#model = model;
    this.#events = events;
    this.#life = life;
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  /** Begin asking; does nothing while the link is up or coming up. */
  start(): void {
    if (this.#life.aborted || this.#running !== null) return;
    const running = new Lifetime(this.#life);
    this.#running = running;
    this.#losses = 0;
    const onCustom = (content: unknown) => {
      const address = parseGatewayAddress(content);
      if (address !== null) this.#connect(address);
    };
    // Sent by ipywidgets when the comm comes or goes with its kernel; it does not say which of the two.
    const onKernel = () => {
      if (this.#state.peek() === "absent") this.#ask(0);
    };
    this.#model.on("msg:custom", onCustom);
    this.#model.on("comm_live_update", onKernel);
    onAbort(running.signal, () => {
      this.#model.off("msg:custom", onCustom);
      this.#model.off("comm_live_update", onKernel);
      this.#socket = null;
      this.#uplink.clear();
      this.#state.value = "off";
    });
    this.#ask(0);
  }

  /** Close the socket and stop asking; `start` begins anew. */
  stop(): void {
    this.#running?.end();
    this.#running = null;
  }

  send(message: ToKernel): void {
    if (this.#state.peek() === "open") this.#socket?.sendMessage(message);
  }

  sendAudio(block: MicrophoneBlock): void {
    this.#uplink.push(block, this.#state.peek() === "open" ? this.#socket : null);
  }

  #ask(attempt: number): void {
    const running = this.#running;
    if (running === null) return;
    this.#question?.end();
    const question = new Lifetime(running.signal);
    this.#question = question;
    if (attempt === 0 && this.#losses === 0) this.#state.value = "asking";
    if (!this.#sendReady() || kernelPresence(this.#model) === "absent") {
      this.#state.value = "absent";
      return;
    }
    after(WAITING_MS, () => this.#notAnswered(), question.signal);
    this.#beSilentFor(attempt, question.signal);
  }

  #beSilentFor(attempt: number, question: AbortSignal): void {
    const patience_ms = ANSWER_MS[attempt];
    const next = () => {
      if (patience_ms !== undefined) this.#ask(attempt + 1);
      // A busy kernel answers when its cell ends, however long that takes; nothing is gained by asking again.
      else if (kernelPresence(this.#model) === "busy") this.#beSilentFor(attempt, question);
      else this.#state.value = "absent";
    };
    after(patience_ms ?? LAST_ANSWER_MS, next, question);
  }

  #notAnswered(): void {
    const presence = kernelPresence(this.#model);
    // An idle kernel that does not answer has forgotten this widget: it was restarted since.
    this.#state.value = presence === "absent" || presence === "idle" ? "absent" : "waiting";
  }

  #sendReady(): boolean {
    try {
      this.#model.send({ type: "ready", origin: window.location.origin });
      return true;
    } catch {
      // The host throws when the comm is gone with its kernel.
      return false;
    }
  }

  #connect(address: GatewayAddress): void {
    const running = this.#running;
    const state = this.#state.peek();
    // A question asked twice may be answered twice.
    if (running === null || state === "open" || state === "connecting") return;
    this.#question?.end();
    this.#state.value = "connecting";
    const connection = new Lifetime(running.signal);
    this.#connection?.end();
    this.#connection = connection;
    const welcome = new Lifetime(connection.signal);
    const lose = () => this.#lose(connection);
    const events = {
      onMessage: (message: ToPage) => {
        if (message.type === "welcome") {
          welcome.end();
          this.#losses = 0;
          this.#state.value = "open";
        }
        this.#events.onMessage(message);
      },
      onVoice: (pcm: Int16Array<ArrayBuffer>) => this.#events.onVoice(pcm),
      onClose: lose,
    };
    try {
      this.#socket = new GatewaySocket(address, events, connection.signal);
    } catch {
      // A page that may not open this address at all (a strict content policy) throws here.
      lose();
      return;
    }
    after(WELCOME_MS, lose, welcome.signal);
  }

  #lose(connection: Lifetime): void {
    const running = this.#running;
    if (running === null || connection.signal.aborted) return;
    connection.end();
    this.#socket = null;
    this.#uplink.clear();
    const pause_ms = BACKOFF_MS[this.#losses];
    this.#losses += 1;
    if (pause_ms === undefined) {
      this.#state.value = "absent";
      return;
    }
    this.#state.value = "lost";
    after(pause_ms, () => this.#ask(0), running.signal);
  }
}
