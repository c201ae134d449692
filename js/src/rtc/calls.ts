/** The service's calls to this page: one peer at a time, the newest number counts. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { onAbort, Timer } from "../lifetime";
import type { ToPage } from "../messages";
import { Peer, type PeerEvents } from "./peer";

type Offer = Extract<ToPage, { type: "offer" }>;
type Candidate = Extract<ToPage, { type: "ice_candidate" }>;

/** A service that has not called anew by then will not. */
const RENEWAL_MS = 20_000;

export class Calls {
  readonly #peer = signal<Peer | null>(null);
  readonly peer: ReadonlySignal<Peer | null> = this.#peer;
  readonly #renewing = signal(false);
  /** The media stand still, and a new call is awaited. */
  readonly renewing: ReadonlySignal<boolean> = this.#renewing;
  readonly #events: PeerEvents;
  readonly #life: AbortSignal;
  readonly #renewal: Timer;
  #newest = -1;

  constructor(events: PeerEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
    this.#renewal = new Timer(life);
    onAbort(
      life,
      effect(() => this.#followPeer()),
    );
  }

  onOffer(offer: Offer): void {
    if (offer.peer < this.#newest || this.#life.aborted) return;
    if (typeof RTCPeerConnection === "undefined") {
      this.#refuse(offer.peer);
      return;
    }
    if (offer.peer > this.#newest || this.#peer.peek() === null) {
      this.#hangUp();
      this.#newest = offer.peer;
      this.#peer.value = new Peer(offer.peer, offer.ice_servers, this.#events, this.#life);
    }
    void this.#peer.peek()?.accept(offer.sdp);
  }

  onCandidate({ peer, candidate }: Candidate): void {
    if (peer === this.#newest) void this.#peer.peek()?.addCandidate(candidate);
  }

  onClose(peer: number): void {
    if (peer === this.#newest) this.#hangUp();
  }

  /** End the media; no other call is awaited. */
  close(): void {
    this.#hangUp();
    this.#settle();
  }

  /** A gateway that was started anew counts its peers from the beginning. */
  beginCounting(): void {
    this.#newest = -1;
  }

  /** A browser may be set up, or built, without WebRTC. */
  #refuse(peer: number): void {
    const state = { state: "failed", audio_track: false, video_track: false } as const;
    this.#events.send({ type: "media_state", peer, ...state });
    this.#events.onFailed("this browser has no WebRTC");
  }

  #hangUp(): void {
    this.#peer.peek()?.close();
    this.#peer.value = null;
  }

  #followPeer(): void {
    const peer = this.#peer.value;
    const state = peer?.state.value;
    if (state === "failed") this.#settle();
    else if (peer?.frozen.value) this.#await();
    else if (state === "connected") this.#settle();
  }

  #await(): void {
    this.#renewing.value = true;
    this.#renewal.set(RENEWAL_MS, () => this.#settle());
  }

  #settle(): void {
    this.#renewal.clear();
    this.#renewing.value = false;
  }
}
