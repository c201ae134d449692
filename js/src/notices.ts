/** What went wrong and should be read: by code when the page found it, in words when the kernel did. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { KernelError, PageErrorCode } from "./messages";

export type Notice =
  | { key: PageErrorCode; source: "page"; code: PageErrorCode }
  | { key: string; source: "kernel"; error: KernelError };

export class Notices {
  readonly #list = signal<readonly Notice[]>([]);

  get list(): ReadonlySignal<readonly Notice[]> {
    return this.#list;
  }

  addPage(code: PageErrorCode): void {
    this.#add({ key: code, source: "page", code });
  }

  addKernel(error: KernelError): void {
    this.#add({ key: `kernel:${error.code}`, source: "kernel", error });
  }

  dismiss(key: string): void {
    this.#list.value = this.#list.peek().filter((notice) => notice.key !== key);
  }

  clear(): void {
    this.#list.value = [];
  }

  #add(notice: Notice): void {
    this.#list.value = [...this.#list.peek().filter(({ key }) => key !== notice.key), notice];
  }
}
