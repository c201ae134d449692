/** Stands where a notebook's model stands: has nothing saved, and knows the way to the gateway that served it. */

import type { Model } from "../model";
import { en } from "../strings/en";
import { tabToken } from "./tab_token";

type Listener = (...values: unknown[]) => void;

/** A token that was shown so often and not accepted is used up, or its gateway has gone. */
const TRIES = 2;
/** Who is refused learns it sooner. A gateway that was silent for so long is held up, perhaps by a cell: no try counts. */
const REFUSED_MS = 3_000;

export class StandaloneModel {
  readonly #listeners = new Map<string, Set<Listener>>();
  #shown: string | null = null;
  #shown_ms = 0;
  #tries = 0;

  get model(): Model {
    return this as unknown as Model;
  }

  /** The gateway tells the traits; before it does, what must be said is said in English. */
  get(name: string): unknown {
    return name === "words" ? en : undefined;
  }

  on(name: string, listener: Listener): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
  }

  off(name: string, listener: Listener): void {
    this.#listeners.get(name)?.delete(listener);
  }

  /**
   * Answer a page that asks for the way to its kernel, which is all that can be sent here.
   *
   * @throws Error where this tab is not let in any more, as a host throws whose kernel has gone.
   */
  send(content: { type?: unknown; page?: unknown }): void {
    if (content.type !== "ready") throw new Error("there is no comm here");
    const token = tabToken();
    const refused = performance.now() - this.#shown_ms < REFUSED_MS;
    if (token !== this.#shown) this.#tries = 1;
    else if (refused) this.#tries += 1;
    this.#shown = token;
    this.#shown_ms = performance.now();
    if (token === null || this.#tries > TRIES) throw new Error("this tab has no token left");
    const address = { type: "gateway", page: content.page, url: gatewayUrl(), token };
    // Not before `send` has returned: a comm's answer never comes earlier either.
    queueMicrotask(() => {
      for (const listener of [...(this.#listeners.get("msg:custom") ?? [])]) listener(address, []);
    });
  }
}

/** The gateway is one level above this page, be it on loopback or behind a proxy. */
function gatewayUrl(): string {
  const url = new URL("..", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
