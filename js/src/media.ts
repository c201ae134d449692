/** What is seen and heard of the service, whichever way it comes, and what the kernel must know of it. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Extras } from "./extras_loader";
import type { MediaFrame } from "./gateway/frames";
import type { Heard, Hearing } from "./heard";
import { onAbort } from "./lifetime";
import type { MediaPath, Quality } from "./media_path";
import type { PageErrorCode, Status, ToKernel, ToPage } from "./messages";
import { reportPlayback } from "./playback";
import { decodableCodecs } from "./relay/decoders";
import type { Relay } from "./relay/relay";
import { Calls } from "./rtc/calls";
import type { Expected } from "./rtc/stillness";
import { Voice, type VoicePath } from "./voice";

export interface MediaEvents {
  send(message: ToKernel): void;
  onFault(code: PageErrorCode, message: string): void;
  onConnected(): void;
}

/** What the media depend on. */
export interface Circumstances {
  owner: ReadonlySignal<boolean>;
  running: ReadonlySignal<boolean>;
  status: ReadonlySignal<Status>;
  volume: ReadonlySignal<number>;
}

type ToldPath = Extract<ToPage, { type: "media_path" }>;
type Offer = Extract<ToPage, { type: "offer" }>;

export class Media {
  readonly calls: Calls;
  readonly voice: Voice;
  readonly picture: ReadonlySignal<MediaStream | null> = computed(() => this.#picture());
  /** The avatar's voice as it comes, whatever the volume. */
  readonly sound: ReadonlySignal<MediaStream | null> = computed(() => this.#sound());
  readonly path: ReadonlySignal<MediaPath> = computed(() => this.#path());
  readonly quality: ReadonlySignal<Quality | null> = computed(() => this.#quality());
  /** How much later than its voice the picture is seen; null where nobody knows. */
  readonly offset_ms: ReadonlySignal<number | null> = computed(() => this.#offset_ms());
  readonly #told = signal<ToldPath | null>(null);
  /** Null until what shows the gateway's pictures has been fetched. */
  readonly #relay = signal<Relay | null>(null);
  readonly #hearing: Hearing;
  /** Null until what tells when something is heard has been fetched. */
  #ear: Heard | null = null;
  readonly #life: AbortSignal;
  #reason = "";
  readonly #events: MediaEvents;
  readonly #circumstances: Circumstances;

  constructor(events: MediaEvents, circumstances: Circumstances, life: AbortSignal) {
    this.#events = events;
    this.#circumstances = circumstances;
    this.#life = life;
    this.voice = new Voice(
      {
        // Pages that are not secure get no worklets, and have been told why.
        onWorkletFailed: ({ message }) => isSecureContext && events.onFault("worklet_failed", message),
        onHeard: (at_ms) => this.#ear?.began(at_ms),
        onSilenced: () => this.#ear?.silenced(),
      },
      life,
    );
    this.calls = new Calls(
      {
        send: (message) => events.send(message),
        onFailed: (reason) => {
          this.#reason = reason;
        },
        expected: () => this.#expected(),
      },
      life,
    );
    const path = computed(() => this.#heard());
    const delay = () => this.voice.delay(this.calls.peer.peek());
    const offset_ms = () => this.offset_ms.peek() ?? this.#relay.peek()?.offset_ms ?? null;
    const send = (message: ToKernel) => events.send(message);
    reportPlayback({ path, delay, offset_ms, send }, life);
    const energy = async () => this.calls.peer.peek()?.energy() ?? null;
    const playout = () => this.voice.playout(this.calls.peer.peek());
    this.#hearing = { status: circumstances.status, path, energy, playout, offset_ms, send };
    for (const follow of [
      () => this.voice.setVolume(circumstances.volume.value),
      () => this.#followPeer(),
      () => this.#followBlocking(this.voice.blocked.value),
    ]) {
      onAbort(life, effect(follow));
    }
  }

  /** Another connection to the gateway: it counts from the beginning, and must know what can be shown here. */
  onWelcome(): void {
    this.calls.beginCounting();
    void decodableCodecs().then((codecs) => this.#events.send({ type: "decoders", codecs }));
  }

  onExtras({ Heard, keepLipsWithVoice, Relay }: Extras): void {
    this.#ear = new Heard(this.#hearing, this.#life);
    keepLipsWithVoice(this.calls.peer, this.#life);
    const onKeyFrameNeeded = () => this.#events.send({ type: "key_frame" });
    this.#relay.value = new Relay(
      {
        heardAt: (position_ms) => this.voice.heardAt(position_ms),
        delay_ms: () => 1000 * this.voice.delay(null),
        onKeyFrameNeeded,
        onUndecodable: () => this.#events.send({ type: "decoders", codecs: [] }),
      },
      this.#life,
    );
    // What came before is lost.
    if (this.#told.peek()?.path === "gateway") onKeyFrameNeeded();
  }

  onOffer(offer: Offer): void {
    this.#relay.peek()?.close();
    this.#told.value = null;
    this.calls.onOffer(offer);
  }

  /** WebRTC brings nothing; the kernel tells what comes instead. */
  onPath(told: ToldPath): void {
    if (!this.#circumstances.owner.peek()) return;
    this.#told.value = told;
    this.voice.choose("gateway");
    if (told.path === "gateway") this.#events.onConnected();
    else {
      this.#relay.peek()?.close();
      this.#events.onFault("webrtc_failed", this.#reason);
    }
  }

  /** Voice or picture from the gateway. */
  take(frame: MediaFrame): void {
    if (!this.#circumstances.owner.peek()) return;
    if (frame.kind === "voice") this.voice.play(frame);
    else if (this.#told.peek()?.path === "gateway") this.#relay.peek()?.take(frame);
  }

  close(): void {
    this.#told.value = null;
    this.calls.close();
    this.#relay.peek()?.close();
    this.voice.close();
  }

  /** On which way this page's person hears the voice; null while no conversation runs here. */
  #heard(): VoicePath | null {
    const { owner, running, status, volume } = this.#circumstances;
    if (!owner.value || !running.value) return null;
    const silent = this.voice.blocked.value || volume.value === 0 || status.value === "reconnecting";
    return silent ? "none" : this.voice.path.value;
  }

  #picture(): MediaStream | null {
    const peer = this.calls.peer.value;
    const state = peer?.state.value;
    return peer !== null && state !== "failed" && state !== "closed"
      ? peer.stream
      : (this.#relay.value?.stream.value ?? null);
  }

  #sound(): MediaStream | null {
    const peer = this.calls.peer.value;
    if (this.voice.path.value !== "webrtc") return this.voice.stream.value;
    return peer?.hasAudio.value ? new MediaStream(peer.stream.getAudioTracks()) : null;
  }

  #path(): MediaPath {
    const { owner, running } = this.#circumstances;
    if (!owner.value || !running.value) return { path: "none", why: "idle" };
    const peer = this.calls.peer.value;
    const told = this.#told.value;
    if (told !== null) return { path: told.path, why: told.why };
    if (peer?.state.value !== "connected") return { path: "none", why: "trying" };
    return peer.hasVideo.value ? { path: "webrtc", why: "direct" } : { path: "voice-only", why: "no_video" };
  }

  #quality(): Quality | null {
    const peer = this.calls.peer.value;
    return peer?.state.value === "connected"
      ? peer.quality.value
      : (this.#relay.value?.quality.value ?? null);
  }

  #offset_ms(): number | null {
    const peer = this.calls.peer.value;
    return peer?.state.value === "connected" ? peer.offset_ms.value : null;
  }

  #expected(): Expected {
    const status = this.#circumstances.status.peek();
    if (status === "reconnecting") return "nothing";
    return status === "speaking" ? "frames" : "packets";
  }

  #followPeer(): void {
    const peer = this.calls.peer.value;
    const state = peer?.state.value;
    if (!this.#circumstances.owner.value || peer === null) {
      if (this.voice.path.peek() === "webrtc") this.voice.choose("none");
    } else if (state === "connected") {
      this.voice.choose(peer.hasAudio.value ? "webrtc" : "gateway");
      this.#events.onConnected();
    } else if (state === "failed") {
      // A service that went away takes its media along; nothing is wrong with this page's network then.
      this.voice.choose(this.#circumstances.status.peek() === "reconnecting" ? "none" : "gateway");
    }
  }

  #followBlocking(blocked: boolean): void {
    if (!blocked) return;
    this.#events.send({ type: "page_error", code: "autoplay_blocked", message: "no sound before a click" });
  }
}
