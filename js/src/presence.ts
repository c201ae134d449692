/** Whether anybody is here to talk, and anybody to talk to: without a view or a gateway, a page lets go. */

import { computed, effect, untracked } from "@preact/signals";
import type { GatewayLink } from "./gateway/link";
import { onAbort, Timer } from "./lifetime";

/** Moving a cell or clearing its output for a new one must not cut the conversation. */
const VIEWLESS_MS = 1_500;
/** A page whose gateway stays away this long lets go of microphone and media. */
const LOSS_MS = 6_000;

export interface PresenceEvents {
  /** The gateway is away just now. */
  onLost(): void;
  /** It stays away. */
  onGone(): void;
  /** Nobody looks at this page any more. */
  onLeft(): void;
}

export class Presence {
  readonly #views = new Set<symbol>();
  readonly #link: GatewayLink;
  readonly #events: PresenceEvents;
  readonly #loss: Timer;
  readonly #viewless: Timer;

  constructor(link: GatewayLink, events: PresenceEvents, life: AbortSignal) {
    this.#link = link;
    this.#events = events;
    this.#loss = new Timer(life);
    this.#viewless = new Timer(life);
    const open = computed(() => link.state.value === "open");
    const gone = computed(() => link.gone);
    for (const follow of [
      () => this.#followLink(open.value),
      () => gone.value && untracked(() => events.onGone()),
    ]) {
      onAbort(life, effect(follow));
    }
    const listening = { signal: life };
    window.addEventListener("pagehide", () => this.#leave(), listening);
    // The browser has kept the page, and shows it again.
    window.addEventListener("pageshow", () => this.#views.size > 0 && link.start(), listening);
    onAbort(life, () => this.#leave());
  }

  addView(view: symbol): void {
    this.#viewless.clear();
    this.#views.add(view);
    this.#link.start();
  }

  removeView(view: symbol): void {
    this.#views.delete(view);
    if (this.#views.size > 0) return;
    this.#viewless.set(VIEWLESS_MS, () => this.#leave());
  }

  #followLink(open: boolean): void {
    this.#loss.clear();
    if (open) return;
    this.#events.onLost();
    this.#loss.set(LOSS_MS, () => this.#events.onGone());
  }

  #leave(): void {
    this.#events.onGone();
    this.#events.onLeft();
    this.#link.stop();
  }
}
