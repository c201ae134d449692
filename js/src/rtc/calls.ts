/** The service's calls to this page: one peer at a time, the newest number counts. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ToPage } from "../messages";
import { Peer, type PeerEvents } from "./peer";

type Offer = Extract<ToPage, { type: "offer" }>;
type Candidate = Extract<ToPage, { type: "ice_candidate" }>;

export class Calls {
  readonly #peer = signal<Peer | null>(null);
  readonly #events: PeerEvents;
  readonly #life: AbortSignal;
  #newest = -1;

  constructor(events: PeerEvents, life: AbortSignal) {
    this.#events = events;
    this.#life = life;
  }

  get peer(): ReadonlySignal<Peer | null> {
    return this.#peer;
  }

  onOffer(offer: Offer): void {
    if (offer.peer < this.#newest || this.#life.aborted) return;
    if (offer.peer > this.#newest || this.#peer.peek() === null) {
      this.close();
      this.#newest = offer.peer;
      this.#peer.value = new Peer(offer.peer, offer.ice_servers, this.#events, this.#life);
    }
    void this.#peer.peek()?.accept(offer.sdp);
  }

  onCandidate({ peer, candidate }: Candidate): void {
    if (peer === this.#newest) void this.#peer.peek()?.addCandidate(candidate);
  }

  onClose(peer: number): void {
    if (peer === this.#newest) this.close();
  }

  close(): void {
    this.#peer.peek()?.close();
    this.#peer.value = null;
  }

  /** A gateway that was started anew counts its peers from the beginning. */
  beginCounting(): void {
    this.#newest = -1;
  }
}
