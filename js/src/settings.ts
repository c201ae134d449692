/**
 * The widget's traits: what the notebook was saved with and the comm brings, until the gateway tells them.
 *
 * They are set over the gateway, because comm messages wait while a cell runs. What the person sets is shown at
 * once; the kernel has the last word.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { onAbort } from "./lifetime";
import type { ToKernel, ToPage, WritableTrait } from "./messages";
import type { Model } from "./model";

interface Written {
  value: unknown;
  number: number;
}

export class Settings {
  readonly #model: Model;
  readonly #send: (message: ToKernel) => void;
  readonly #life: AbortSignal;
  readonly #values = new Map<string, Signal<unknown>>();
  /** What the kernel has not answered yet. */
  readonly #written = new Map<WritableTrait, Written>();
  #told = new Set<string>();
  #number = 0;

  constructor(model: Model, send: (message: ToKernel) => void, life: AbortSignal) {
    this.#model = model;
    this.#send = send;
    this.#life = life;
  }

  /** A trait as it comes, to be checked. */
  value(name: string): ReadonlySignal<unknown> {
    return this.#of(name);
  }

  write(name: WritableTrait, value: unknown): void {
    const written = { value, number: ++this.#number };
    this.#written.set(name, written);
    this.#of(name).value = value;
    this.#tell(name, written);
  }

  onTraits({ values, written }: Extract<ToPage, { type: "traits" }>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#told.add(name);
      const waiting = this.#written.get(name as WritableTrait);
      // Older than what the person has set since: it must not jump back under their hand.
      if (waiting !== undefined && written !== waiting.number) continue;
      this.#written.delete(name as WritableTrait);
      this.#of(name).value = value;
    }
  }

  /** The gateway was reached: it gets what was set meanwhile, or was not answered. */
  onWelcome(): void {
    for (const [name, written] of this.#written) this.#tell(name, written);
  }

  /** The gateway is gone: the model knows better than what it told. */
  onLost(): void {
    this.#told = new Set();
  }

  #tell(name: WritableTrait, { value, number }: Written): void {
    this.#send({ type: "set_trait", name, value, number });
  }

  #of(name: string): Signal<unknown> {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = signal<unknown>(this.#model.get(name as never));
    this.#values.set(name, value);
    const update = () => {
      const open = this.#told.has(name) || this.#written.has(name as WritableTrait);
      if (!open) value.value = this.#model.get(name as never);
    };
    this.#model.on(`change:${name}`, update);
    onAbort(this.#life, () => this.#model.off(`change:${name}`, update));
    return value;
  }
}
