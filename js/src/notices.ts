/** What went wrong and should be read: by code when the page found it, in words when the kernel did. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { KernelError, PageErrorCode } from "./messages";

export type Notice =
  | { key: PageErrorCode; source: "page"; code: PageErrorCode }
  | { key: string; source: "kernel"; error: KernelError }
  | { key: string; source: "hint"; text: string };

export class Notices {
  readonly #list = signal<readonly Notice[]>([]);
  readonly list: ReadonlySignal<readonly Notice[]> = this.#list;
  readonly #hints = new Set<string>();

  addPage(code: PageErrorCode): void {
    this.#add({ key: code, source: "page", code });
  }

  addKernel(error: KernelError): void {
    this.#add({ key: `kernel:${error.code}`, source: "kernel", error });
  }

  /** Show a hint, unless it has been shown before. */
  addHint(text: string): void {
    if (this.#hints.has(text)) return;
    this.#hints.add(text);
    this.#add({ key: `hint:${text}`, source: "hint", text });
  }

  dismiss(...keys: string[]): void {
    this.#list.value = this.#list.peek().filter(({ key }) => !keys.includes(key));
  }

  /** Let go of what went wrong; hints stay until they are dismissed. */
  clear(): void {
    this.#list.value = this.#list.peek().filter(({ source }) => source === "hint");
  }

  #add(notice: Notice): void {
    this.#list.value = [...this.#list.peek().filter(({ key }) => key !== notice.key), notice];
  }
}
