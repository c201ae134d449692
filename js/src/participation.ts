/** This page's part in the conversation: asking for microphone and speaker, having them, and losing them. */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { Claim, type Press } from "./claim";
import { type Conversation, isRunning } from "./conversation";
import type { KernelError, Status, ToKernel } from "./messages";

export interface ParticipationEvents {
  send(message: ToKernel): void;
  /** This page has no part any more, or never got one: what hears, sees or sounds is to go. */
  onRelease(): void;
  /** This page takes part, as the person has asked. */
  onJoined(): void;
}

export class Participation {
  readonly #owner = signal(false);
  /** This page has the media: its microphone is heard, its speaker sounds. */
  readonly owner: ReadonlySignal<boolean> = this.#owner;
  readonly #owned = signal(false);
  /** Some page has the media. */
  readonly owned: ReadonlySignal<boolean> = this.#owned;
  readonly #claim: Claim;
  readonly #conversation: Conversation;
  readonly #events: ParticipationEvents;
  /** The person has asked for it, and not for its end since. */
  #wanted = false;
  /** This page has the media, or had them until just now and asks for them again. */
  readonly lasting = computed(() => this.#owner.value || this.#rejoining.value !== "no");
  /** Whether to ask for the media that this page had before its connection was lost, or whether it has. */
  readonly #rejoining = signal<"no" | "due" | "asked">("no");

  constructor(conversation: Conversation, events: ParticipationEvents, life: AbortSignal) {
    this.#conversation = conversation;
    this.#events = events;
    const underWay = () =>
      conversation.status.peek() === "connecting" || conversation.preparation.peek() !== null;
    this.#claim = new Claim({ underWay, onUnanswered: () => events.onRelease() }, life);
  }

  /** Start was pressed here and has not been answered yet. */
  get claiming(): ReadonlySignal<boolean> {
    return this.#claim.pending;
  }

  /** Neither has this page the media, nor has it asked for them. */
  get idle(): boolean {
    return !this.lasting.peek() && !this.#claim.pending.peek();
  }

  ask(press: Press): void {
    this.#wanted = true;
    this.#rejoining.value = "no";
    this.#claim.press(press);
    this.#events.send({ type: press });
  }

  /** The person wants no part any more. */
  end(): void {
    this.#wanted = false;
    this.#rejoining.value = "no";
    this.#events.send({ type: "stop" });
    this.#events.onRelease();
  }

  /** What was asked for is not awaited any more. */
  forgetClaim(): void {
    this.#claim.forget();
  }

  /** The gateway is out of reach, or this page goes: another one must not find it waiting. */
  leave(): void {
    this.#wanted = false;
    this.#rejoining.value = "no";
    this.#events.onRelease();
    this.#owner.value = false;
    this.#owned.value = false;
  }

  onWelcome(owner: boolean, owned: boolean): void {
    const had = this.lasting.peek();
    batch(() => {
      this.onOwner(owner, owned);
      // The gateway forgot us while the socket was away; the state that follows tells whether to rejoin.
      this.#rejoining.value = had && !owned ? "due" : "no";
    });
    if (!this.#claim.pending.peek()) return;
    // It went to a connection that is no more, or was never sent.
    this.#claim.heard();
    this.#events.send({ type: this.#claim.pressed });
  }

  onOwner(owner: boolean, owned: boolean): void {
    const lost = this.lasting.peek() && !owner && owned;
    this.#owner.value = owner;
    this.#owned.value = owned;
    if (owner || lost) this.#rejoining.value = "no";
    if (lost) {
      this.#wanted = false;
      this.#events.onRelease();
    }
    this.#settleWhenJoined();
  }

  /** `ran`: whether the conversation did before this. */
  onState(status: Status, error: KernelError | null, ran: boolean): void {
    this.#claim.heard();
    if (!isRunning(status)) this.#rejoining.value = "no";
    else if (this.#rejoining.peek() === "due") {
      this.#rejoining.value = "asked";
      this.#events.send({ type: "take_over" });
    }
    this.#settleWhenJoined();
    if (!isRunning(status) && (ran || error !== null)) this.#events.onRelease();
  }

  /** The kernel refuses something: what was asked for, unless it is at work on it. */
  onError(): void {
    if (!isRunning(this.#conversation.status.peek() ?? "idle")) this.#events.onRelease();
  }

  /** The kernel tells how far it has come. */
  onProgress(): void {
    this.#claim.heard();
  }

  /** Milliseconds from Start to a picture presented at this `performance.now()` time; null but for the first. */
  takeElapsed(presented_ms: number): number | null {
    return this.#claim.takeElapsed(presented_ms);
  }

  /** Start is answered once the conversation runs and this page has its media. */
  #settleWhenJoined(): void {
    if (!this.#owner.peek() || !isRunning(this.#conversation.status.peek() ?? "idle")) return;
    this.#claim.settle();
    if (this.#wanted) this.#events.onJoined();
  }
}
