/**
 * The part of the page's script that it began without, fetched from the kernel.
 *
 * It comes as text over the gateway, since a page may have no other way to its kernel, and is imported like the
 * page's own script by its host: from a blob.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import * as lent from "./lent";
import { onAbort } from "./lifetime";
import type { ToKernel } from "./messages";

export type Extras = typeof import("./extras");

/** Why they are not there. */
export type Missing = "coming" | "unreachable" | "failed";

export interface ExtrasEvents {
  send(message: ToKernel): void;
  onThere(extras: Extras): void;
  /** This browser does not run them. */
  onFailed(): void;
}

export class ExtrasLoader {
  readonly #there = signal<Extras | null>(null);
  readonly there: ReadonlySignal<Extras | null> = this.#there;
  readonly #wanted = signal(false);
  readonly #failed = signal(false);
  readonly #events: ExtrasEvents;
  readonly missing: ReadonlySignal<Missing>;

  /** `reached`: whether the kernel can be asked. */
  constructor(events: ExtrasEvents, reached: ReadonlySignal<boolean>, life: AbortSignal) {
    this.#events = events;
    this.missing = computed(() => (this.#failed.value ? "failed" : reached.value ? "coming" : "unreachable"));
    const ask = () => {
      const due = this.#wanted.value && this.#there.value === null && this.missing.value === "coming";
      if (due) events.send({ type: "ask_extras" });
    };
    onAbort(life, effect(ask));
  }

  /** Fetch them, unless that is done; also after they have failed. */
  want(): void {
    this.#failed.value = false;
    this.#wanted.value = true;
  }

  /**
   * Wait for them, as long as the kernel is out of reach.
   *
   * @throws Error where this browser does not run them.
   */
  need(): Promise<Extras> {
    this.want();
    return new Promise((resolve, reject) => {
      effect(() => {
        if (this.#there.value !== null) resolve(this.#there.value);
        else if (this.#failed.value) reject(new Error("this browser does not run the rest of the page"));
      });
    });
  }

  async take(script: string): Promise<void> {
    const extras = await imported(script);
    if (this.#there.peek() !== null) return;
    if (extras === null) {
      this.#failed.value = true;
      this.#events.onFailed();
    } else {
      this.#events.onThere(extras);
      this.#there.value = extras;
    }
  }
}

async function imported(script: string): Promise<Extras | null> {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return (await import(/* @vite-ignore */ url)).default(lent);
  } catch {
    // A page's policy may forbid it; what exactly, browsers do not tell.
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
