/** What is seen and heard of the service: its calls, the way of its voice, and what the kernel must know of both. */

import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { onAbort } from "./lifetime";
import type { PageErrorCode, Status, ToKernel } from "./messages";
import { reportPlayback } from "./playback";
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

export class Media {
  readonly calls: Calls;
  readonly voice: Voice;
  readonly #events: MediaEvents;
  readonly #circumstances: Circumstances;

  constructor(events: MediaEvents, circumstances: Circumstances, life: AbortSignal) {
    this.#events = events;
    this.#circumstances = circumstances;
    this.voice = new Voice(
      { onWorkletFailed: ({ message }) => events.onFault("worklet_failed", message) },
      life,
    );
    this.calls = new Calls(
      {
        send: (message) => events.send(message),
        onFailed: (reason) => this.#onFailed(reason),
        expected: () => this.#expected(),
      },
      life,
    );
    const path = computed(() => this.#heard());
    const delay = () => this.voice.delay(this.calls.peer.peek());
    reportPlayback({ path, delay, send: (message) => events.send(message) }, life);
    for (const follow of [
      () => this.voice.setVolume(circumstances.volume.value),
      () => this.#followPeer(),
      () => this.#followBlocking(this.voice.blocked.value),
    ]) {
      onAbort(life, effect(follow));
    }
  }

  /** Voice from the gateway. */
  play(pcm: Int16Array<ArrayBuffer>): void {
    if (this.#circumstances.owner.peek()) this.voice.play(pcm);
  }

  close(): void {
    this.calls.close();
    this.voice.close();
  }

  /** On which way this page's person hears the voice; null while no conversation runs here. */
  #heard(): VoicePath | null {
    const { owner, running, status, volume } = this.#circumstances;
    if (!owner.value || !running.value) return null;
    const silent = this.voice.blocked.value || volume.value === 0 || status.value === "reconnecting";
    return silent ? "none" : this.voice.path.value;
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
      this.voice.choose(this.#reconnecting ? "none" : "gateway");
    }
  }

  /** A service that went away takes its media along; nothing is wrong with this page's network then. */
  #onFailed(reason: string): void {
    if (!this.#reconnecting) this.#events.onFault("webrtc_failed", reason);
  }

  get #reconnecting(): boolean {
    return this.#circumstances.status.peek() === "reconnecting";
  }

  #followBlocking(blocked: boolean): void {
    if (!blocked) return;
    this.#events.send({ type: "page_error", code: "autoplay_blocked", message: "no sound before a click" });
  }
}
