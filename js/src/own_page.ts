/** The link that opens this conversation on a page of its own, kept ready so that a click needs no answer. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { onLoopback, serverAddress } from "./gateway/addresses";
import type { Way } from "./gateway/channel";
import { host } from "./host";
import { after } from "./lifetime";
import type { ToKernel } from "./messages";

/** Links open within ten minutes; one that is offered longer is replaced before. */
const FRESH_MS = 480_000;

export class OwnPage {
  readonly #url = signal<string | null>(null);
  /** Null while there is none, or none that this browser could open. */
  readonly url: ReadonlySignal<string | null> = this.#url;
  readonly #send: (message: ToKernel) => void;
  readonly #way: () => Way | null;

  constructor(send: (message: ToKernel) => void, way: () => Way | null) {
    this.#send = send;
    this.#way = way;
  }

  /** Keep a link ready until the signal fires. */
  offer(life: AbortSignal): void {
    this.renew();
    after(FRESH_MS, () => this.offer(life), life);
  }

  /** Get another link, for one that has been used. */
  renew(): void {
    this.#send({ type: "ask_link" });
  }

  onLink(url: string): void {
    this.#url.value = fromHere(url, this.#way());
  }
}

/** The kernel's link as this browser can open it; null where it cannot. */
function fromHere(url: string, way: Way | null): string | null {
  const { port, pathname, hash } = new URL(url);
  if (way === "proxy") {
    const address = serverAddress(`proxy/${port}${pathname}`);
    return address && address.replace(/^ws/, "http") + hash;
  }
  // VS Code forwards loopback ports of a remote machine when such a link is clicked.
  return way === "loopback" || onLoopback() || host() === "vscode" ? url : null;
}
