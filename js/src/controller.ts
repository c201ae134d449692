/**
 * One conversation on this page: joins link, microphone, peer and voice, and shows them as signals.
 *
 * One controller serves all views of a widget. It lives while a view is on the page; without one the
 * microphone, the media and the socket go.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { MicrophoneError } from "./audio/capture";
import { Microphone } from "./audio/microphone";
import { Claim } from "./claim";
import { Conversation, type Entry, isRunning } from "./conversation";
import { GatewayLink } from "./gateway/link";
import { after, Lifetime, onAbort } from "./lifetime";
import { Media } from "./media";
import { isPageError, type KernelError, type Retry, type Status, type ToPage } from "./messages";
import { type Model, TraitSignals } from "./model";
import { Notices } from "./notices";
import { type Progress, Reconnection } from "./reconnection";
import type { Peer } from "./rtc/peer";
import type { Voice } from "./voice";

/** Moving a cell or clearing its output for a new one must not cut the conversation. */
const VIEWLESS_MS = 1_500;
/** A page whose gateway stays away this long lets go of microphone and media. */
const LOSS_MS = 6_000;

export class Controller {
  readonly traits: TraitSignals;
  readonly conversation = new Conversation();
  readonly notices = new Notices();
  readonly link: GatewayLink;
  readonly microphone: Microphone;
  readonly #life: AbortSignal;
  readonly #owner = signal(false);
  readonly #owned = signal(false);
  readonly #claim: Claim;
  readonly #media: Media;
  readonly #reconnection: Reconnection;
  readonly #views = new Set<symbol>();
  #rejoining = false;
  #loss: Lifetime | null = null;
  #viewless: Lifetime | null = null;
  #sequence = 0;

  readonly status: ReadonlySignal<Status> = computed(() => {
    const status = this.conversation.status.value ?? this.traits.status.value;
    return this.#claim.pending.value && !isRunning(status) ? "connecting" : status;
  });

  /** What the kernel says is wrong; what pages have told it is shown by those pages themselves. */
  readonly error: ReadonlySignal<KernelError | null> = computed(() => {
    if (this.#claim.pending.value) return null;
    const told = this.conversation.status.value !== null;
    const error = (told ? this.conversation.error : this.traits.error).value;
    return error === null || isPageError(error) ? null : error;
  });

  readonly running = computed(() => this.link.state.value === "open" && isRunning(this.status.value));

  /** The tries to bring the conversation back; null while there are none, or the kernel is out of reach. */
  readonly reconnection: ReadonlySignal<Progress | null> = computed(() =>
    this.running.value ? this.#reconnection.progress.value : null,
  );

  /** What to show: what the gateway told, or else what the notebook was saved with. */
  readonly entries: ReadonlySignal<readonly Entry[]> = computed(() => {
    const told = this.conversation.entries.value;
    if (told.length > 0 || this.conversation.status.value !== null) return told;
    return this.traits.transcriptTail.value.map((turn) => ({ kind: "turn", turn }));
  });

  constructor(model: Model, life: AbortSignal) {
    this.#life = life;
    this.traits = new TraitSignals(model, life);
    this.#claim = new Claim(life);
    this.microphone = new Microphone(
      {
        onBlock: (pcm, captured_at_ms) => this.#sendBlock(pcm, captured_at_ms),
        onFault: (error) => this.#onMicrophoneFault(error),
      },
      life,
    );
    this.link = new GatewayLink(
      model,
      { onMessage: (message) => this.#onMessage(message), onVoice: (pcm) => this.#media.play(pcm) },
      life,
    );
    this.#reconnection = new Reconnection(life);
    this.#media = new Media(
      {
        send: (message) => this.link.send(message),
        onFault: (code, message) => this.#pageError(code, message),
        onConnected: () => this.notices.dismiss("webrtc_failed"),
      },
      { owner: this.#owner, running: this.running, status: this.status, volume: this.traits.volume },
      life,
    );
    const open = computed(() => this.link.state.value === "open");
    for (const follow of [
      () => this.microphone.mute(this.traits.muted.value),
      () => this.#followLink(open.value),
    ]) {
      onAbort(life, effect(follow));
    }
    window.addEventListener("pagehide", () => this.#leave(), { signal: life });
    window.addEventListener("pageshow", () => this.#views.size > 0 && this.link.start(), { signal: life });
    onAbort(life, () => this.#leave());
  }

  /** This page has the media: its microphone is heard, its speaker sounds. */
  get owner(): ReadonlySignal<boolean> {
    return this.#owner;
  }

  /** Some page has the media. */
  get owned(): ReadonlySignal<boolean> {
    return this.#owned;
  }

  /** Start was pressed here and has not been answered yet. */
  get claiming(): ReadonlySignal<boolean> {
    return this.#claim.pending;
  }

  get voice(): Voice {
    return this.#media.voice;
  }

  get peer(): ReadonlySignal<Peer | null> {
    return this.#media.calls.peer;
  }

  /** The picture stands still, and another is on its way. */
  get renewing(): ReadonlySignal<boolean> {
    return this.#media.calls.renewing;
  }

  addView(view: symbol): void {
    this.#viewless?.end();
    this.#views.add(view);
    this.voice.addView(view);
    this.link.start();
  }

  removeView(view: symbol): void {
    this.#views.delete(view);
    this.voice.removeView(view);
    if (this.#views.size > 0) return;
    this.#viewless = new Lifetime(this.#life);
    after(VIEWLESS_MS, () => this.#leave(), this.#viewless.signal);
  }

  start(): void {
    this.#take("start");
  }

  takeOver(): void {
    this.#take("take_over");
  }

  stop(): void {
    this.link.send({ type: "stop" });
    this.#release();
  }

  reconnectNow(): void {
    this.link.send({ type: "reconnect_now" });
    this.#reconnection.ask();
  }

  sendText(text: string): void {
    this.link.send({ type: "send_text", text });
  }

  interrupt(): void {
    this.link.send({ type: "interrupt" });
    this.voice.flush();
  }

  /** After a refusal: ask for the microphone again, within the running conversation. */
  retryMicrophone(): void {
    for (const code of [
      "insecure_context",
      "microphone_denied",
      "microphone_missing",
      "microphone_lost",
    ] as const) {
      this.notices.dismiss(code);
    }
    void this.microphone.open();
  }

  /** A video frame of this peer was presented, at this `performance.now()` time. */
  reportFirstFrame(peer: Peer, presented_ms: number): void {
    const elapsed_ms = this.#claim.takeElapsed(presented_ms);
    if (elapsed_ms === null) return;
    this.link.send({ type: "first_frame", peer: peer.number, elapsed_ms });
  }

  #take(type: "start" | "take_over"): void {
    if (this.link.state.peek() !== "open") return;
    this.#claim.press(() => this.#release());
    this.notices.clear();
    this.voice.unlock();
    this.link.send({ type });
    void this.microphone.open();
  }

  /** Start is answered once the conversation runs and this page has its media. */
  #settleWhenJoined(): void {
    if (this.#owner.peek() && isRunning(this.conversation.status.peek() ?? "idle")) this.#claim.settle();
  }

  #onMessage(message: ToPage): void {
    switch (message.type) {
      case "welcome":
        this.#onWelcome(message.owner, message.owned);
        break;
      case "owner":
        this.#onOwner(message.owner, message.owned);
        break;
      case "state":
        this.#onState(message.status, message.error, message.retry);
        break;
      case "progress":
        this.conversation.setPreparation(message);
        break;
      case "hint":
        this.notices.addHint(message.text);
        break;
      case "turns":
        // The mark may come after the next answer has begun, which it must not silence.
        if (this.conversation.setTurns(message) && this.status.peek() === "listening") this.voice.flush();
        break;
      case "tool_call":
        this.conversation.setToolCall(message);
        break;
      case "offer":
        this.#media.calls.onOffer(message);
        break;
      case "ice_candidate":
        this.#media.calls.onCandidate(message);
        break;
      case "close_peer":
        this.#media.calls.onClose(message.peer);
        break;
      case "flush_voice":
        this.voice.flush();
        break;
      case "error":
        this.notices.addKernel(message.error);
        if (!isRunning(this.conversation.status.peek() ?? "idle")) this.#release();
        break;
    }
  }

  #onWelcome(owner: boolean, owned: boolean): void {
    const hadMedia = this.#owner.peek();
    this.#media.calls.beginCounting();
    this.#onOwner(owner, owned);
    // The gateway forgot us while the socket was away; the state that follows tells whether there is anything to rejoin.
    this.#rejoining = hadMedia && !owned;
  }

  #onOwner(owner: boolean, owned: boolean): void {
    const lost = this.#owner.peek() && !owner && owned;
    this.#owner.value = owner;
    this.#owned.value = owned;
    if (lost) this.#release();
    this.#settleWhenJoined();
  }

  #onState(status: Status, error: KernelError | null, retry: Retry | null): void {
    const ran = isRunning(this.conversation.status.peek() ?? "idle");
    this.conversation.setState(status, error);
    this.#reconnection.follow(status === "reconnecting" ? retry : null);
    this.voice.onStatus(status);
    if (this.#rejoining && isRunning(status)) this.link.send({ type: "take_over" });
    this.#rejoining = false;
    this.#settleWhenJoined();
    if (!isRunning(status) && (ran || error !== null)) this.#release();
  }

  #followLink(open: boolean): void {
    this.#loss?.end();
    if (open) return;
    this.#loss = new Lifetime(this.#life);
    after(LOSS_MS, () => this.#onLinkGone(), this.#loss.signal);
  }

  #onLinkGone(): void {
    this.#release();
    this.#owner.value = false;
    this.#owned.value = false;
    this.conversation.forgetState();
  }

  /** Let go of everything that hears, sees or sounds. */
  #release(): void {
    this.#claim.forget();
    this.#reconnection.clear();
    this.microphone.close();
    this.#media.close();
  }

  #leave(): void {
    this.#onLinkGone();
    this.link.stop();
  }

  #sendBlock(pcm: ArrayBuffer, captured_at_ms: number): void {
    if (!this.#owner.peek() || !this.running.peek() || this.#claim.pending.peek()) return;
    this.link.sendAudio({ sequence: this.#sequence++, captured_at_ms, pcm });
  }

  #onMicrophoneFault(error: MicrophoneError): void {
    this.#pageError(error.code, error.message);
  }

  #pageError(code: Parameters<Notices["addPage"]>[0], message: string): void {
    this.notices.addPage(code);
    this.link.send({ type: "page_error", code, message });
  }
}
