/**
 * The way to the kernel: asks for the gateway's address over the comm, connects, and asks again after a loss.
 *
 * The comm is only served between cells, so an unanswered question usually means that a cell is running.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { kernelPresence } from "../host";
import { after, every, Lifetime, onAbort } from "../lifetime";
import type { Invitation, ToKernel, ToPage } from "../messages";
import type { Model } from "../model";
import { parseInvitation } from "../parsing";
import { onLoopback, serverAddress } from "./addresses";
import type { Channel, Way } from "./channel";
import { CommChannel, freshName } from "./comm";
import type { MediaFrame, MicrophoneBlock } from "./frames";
import { type Blocked, climb, type LadderEvents, type Rung } from "./ladder";
import { GatewaySocket } from "./socket";
import { AudioUplink } from "./uplink";

/** `absent`: no kernel knows this widget; `restarted`: one did, and has forgotten it. */
export type LinkState =
  | "off"
  | "asking"
  | "waiting"
  | "absent"
  | "restarted"
  | "connecting"
  | "open"
  | "lost";

export interface LinkEvents {
  onMessage(message: ToPage): void;
  onMedia(frame: MediaFrame): void;
  /** Whether this page has no part in the conversation, so that another connection would cut nothing. */
  idle(): boolean;
  /** Whether a conversation runs here, of which the kernel says something every two seconds. */
  awaited(): boolean;
}

/** Later than this, an answer is worth a word to the person waiting. */
const WAITING_MS = 2_000;
/**
 * How long loopback, and then the notebook server, may be silent before the next way is tried as well. On the page's own
 * machine loopback is either refused at once or about to answer: only a machine with much to do takes longer.
 */
const HERE_LOOPBACK_MS = 3_000;
const HERE_PROXY_MS = 1_000;
/** A page from elsewhere hardly has its kernel on this machine; through a hub a welcome takes a while. */
const ELSEWHERE_LOOPBACK_MS = 500;
const ELSEWHERE_PROXY_MS = 2_500;
/** By then a way is found, unless the kernel is in the midst of a cell. */
const DECIDED_MS = 5_000;
/** How long each question may stay unanswered before it is asked again. */
const ANSWER_MS = [5_000, 10_000, 20_000];
const LAST_ANSWER_MS = 30_000;
/**
 * A kernel that has been silent for so long, though it should say something, is out of reach: no network tells a page that
 * was asleep. In seconds awake. One that runs a cell may be held up by it.
 */
const SILENT_S = 15;
/** Pauses before asking anew after a loss, so that a dead gateway is not hammered. */
const BACKOFF_MS = [200, 500, 1_000, 2_000, 4_000, 8_000];

export class GatewayLink {
  readonly #state = signal<LinkState>("off");
  readonly state: ReadonlySignal<LinkState> = this.#state;
  readonly #way = signal<Way | null>(null);
  /** Which way is in use; null while none is. */
  readonly way: ReadonlySignal<Way | null> = this.#way;
  readonly #why = signal<readonly Blocked[]>([]);
  /** What stood in the way of the better ones. */
  readonly why: ReadonlySignal<readonly Blocked[]> = this.#why;
  readonly #paused = signal(false);
  /** The kernel does not take what is sent, because a cell runs; only the comm has this. */
  readonly paused: ReadonlySignal<boolean> = this.#paused;
  readonly #model: Model;
  readonly #events: LinkEvents;
  readonly #life: AbortSignal;
  readonly #uplink = new AudioUplink();
  readonly #name = freshName();
  #running: Lifetime | null = null;
  #question: Lifetime | null = null;
  #connection: Lifetime | null = null;
  #channel: Channel | null = null;
  #connections = 0;
  #losses = 0;
  #known = false;

  constructor(model: Model, events: LinkEvents, life: AbortSignal) {
    this.#model = model;
    this.#events = events;
    this.#life = life;
  }

  /** Nobody is there to be linked with, and nothing is tried any more. */
  get gone(): boolean {
    return ["absent", "restarted"].includes(this.#state.value);
  }

  /** Begin asking; does nothing while the link is up or coming up. */
  start(): void {
    if (this.#life.aborted || this.#running !== null) return;
    const running = new Lifetime(this.#life);
    this.#running = running;
    this.#losses = 0;
    const onCustom = (content: unknown) => {
      const invitation = parseInvitation(content);
      // What the kernel sends by comm reaches all pages of the widget; each token is good once.
      if (invitation !== null && [this.#name, ""].includes(invitation.page)) this.#connect(invitation);
    };
    // Sent by ipywidgets when the comm comes or goes with its kernel; it does not say which of the two.
    const onKernel = () => {
      if (this.gone) this.#ask(0);
    };
    this.#model.on("msg:custom", onCustom);
    this.#model.on("comm_live_update", onKernel);
    onAbort(running.signal, () => {
      this.#model.off("msg:custom", onCustom);
      this.#model.off("comm_live_update", onKernel);
      this.#forgetChannel();
      this.#state.value = "off";
    });
    this.#ask(0);
  }

  /** Close the connection and stop asking; `start` begins anew. */
  stop(): void {
    this.#running?.end();
    this.#running = null;
  }

  send(message: ToKernel): void {
    if (this.#state.peek() === "open") this.#channel?.sendMessage(message);
  }

  sendAudio(block: MicrophoneBlock): void {
    this.#uplink.push(block, this.#state.peek() === "open" ? this.#channel : null);
  }

  #giveUp(): void {
    const forgotten = this.#known && kernelPresence(this.#model) !== "absent";
    this.#state.value = forgotten ? "restarted" : "absent";
  }

  #ask(attempt: number): void {
    const running = this.#running;
    if (running === null) return;
    this.#question?.end();
    const question = new Lifetime(running.signal);
    this.#question = question;
    if (attempt === 0 && this.#losses === 0) this.#state.value = "asking";
    if (!this.#sendReady() || kernelPresence(this.#model) === "absent") {
      this.#giveUp();
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
      else this.#giveUp();
    };
    after(patience_ms ?? LAST_ANSWER_MS, next, question);
  }

  #notAnswered(): void {
    const presence = kernelPresence(this.#model);
    // An idle kernel that does not answer has forgotten this widget: it was restarted since.
    if (presence === "absent" || presence === "idle") this.#giveUp();
    else this.#state.value = "waiting";
  }

  #sendReady(): boolean {
    try {
      this.#model.send({ type: "ready", page: this.#name, origin: window.location.origin });
      return true;
    } catch {
      // The host throws when the comm is gone with its kernel.
      return false;
    }
  }

  #connect(invitation: Invitation): void {
    const running = this.#running;
    const state = this.#state.peek();
    // A question asked twice may be answered twice.
    if (running === null || state === "open" || state === "connecting") return;
    this.#question?.end();
    this.#state.value = "connecting";
    const connection = new Lifetime(running.signal);
    this.#connection?.end();
    this.#connection = connection;
    const deciding = new Lifetime(connection.signal);
    let silent_s = 0;
    const events: LadderEvents = {
      replaceable: () => this.#events.idle(),
      onReached: (way, channel, blocked) => {
        deciding.end();
        this.#losses = 0;
        this.#known = true;
        this.#paused.value = false;
        this.#uplink.clear();
        this.#channel = channel;
        this.#way.value = way;
        this.#why.value = blocked;
        this.#state.value = "open";
      },
      onMessage: (message) => {
        silent_s = 0;
        this.#events.onMessage(message);
      },
      onMedia: (frame) => this.#events.onMedia(frame),
      onPaused: (paused) => {
        this.#paused.value = paused;
      },
      onLost: () => this.#lose(connection),
    };
    this.#decideSoon(connection, deciding.signal);
    const listen = () => {
      const held = !this.#events.awaited() || kernelPresence(this.#model) === "busy";
      silent_s = held ? 0 : silent_s + 1;
      if (silent_s > SILENT_S) this.#lose(connection);
    };
    every(1000, listen, connection.signal);
    climb(this.#rungs(invitation), events, connection.signal);
  }

  /** A kernel whose cell leaves its gateway no time is waited for. */
  #decideSoon(connection: Lifetime, deciding: AbortSignal): void {
    const decide = () => {
      if (kernelPresence(this.#model) !== "busy") {
        this.#lose(connection);
        return;
      }
      this.#state.value = "waiting";
      this.#decideSoon(connection, deciding);
    };
    after(DECIDED_MS, decide, deciding);
  }

  #rungs({ url, token, proxy }: Invitation): Rung[] {
    const address = proxy === null ? null : serverAddress(proxy.path);
    const visit = { name: this.#name, connection: ++this.#connections };
    const here = onLoopback();
    const socket =
      (url: string, token: string): Rung["connect"] =>
      (events, life) =>
        new GatewaySocket(url, token, visit, events, life);
    const rungs: Rung[] = [
      {
        way: "loopback",
        patience_ms: here ? HERE_LOOPBACK_MS : ELSEWHERE_LOOPBACK_MS,
        connect: socket(url, token),
      },
      {
        way: "proxy",
        patience_ms: here ? HERE_PROXY_MS : ELSEWHERE_PROXY_MS,
        connect: proxy && address ? socket(address, proxy.token) : null,
      },
      {
        way: "comm",
        patience_ms: DECIDED_MS,
        connect: (events, life) => new CommChannel(this.#model, visit, events, life),
      },
    ];
    // Browsers ask the person before a page from elsewhere may open a port of their own machine.
    if (!here) rungs.unshift(...rungs.splice(1, 1));
    return rungs;
  }

  #forgetChannel(): void {
    this.#channel = null;
    this.#way.value = null;
    this.#why.value = [];
    this.#paused.value = false;
    this.#uplink.clear();
  }

  #lose(connection: Lifetime): void {
    const running = this.#running;
    if (running === null || connection.signal.aborted) return;
    connection.end();
    this.#forgetChannel();
    const pause_ms = BACKOFF_MS[this.#losses];
    this.#losses += 1;
    if (pause_ms === undefined) {
      this.#giveUp();
      return;
    }
    this.#state.value = "lost";
    after(pause_ms, () => this.#ask(0), running.signal);
  }
}
