/** A widget model as hosts give it to us: traits, custom messages, listeners that can be counted. */

import type { Model, Traits } from "../../src/model";
import { en } from "../../src/strings/en";
import { zh } from "../../src/strings/zh";

type Listener = (...values: unknown[]) => void;

export const DEFAULT_TRAITS: Traits = {
  status: "idle",
  error: null,
  muted: false,
  volume: 1,
  captions: true,
  character: "navtalk.Leo",
  service_label: "Local service: no account, nothing leaves this machine",
  locale: "en",
  words: en,
  transcript_tail: [],
};

export class TestModel {
  readonly sent: unknown[] = [];
  onSend: (content: unknown, buffers: ArrayBuffer[]) => void = () => {};
  widget_manager: unknown = {};
  readonly #traits: Traits;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(traits: Partial<Traits> = {}) {
    // The kernel gives the words of the language it names.
    const words = traits.locale === "zh" ? zh : en;
    this.#traits = { ...DEFAULT_TRAITS, words, ...traits };
  }

  get model(): Model {
    return this as unknown as Model;
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  get(key: keyof Traits): unknown {
    return this.#traits[key];
  }

  set<K extends keyof Traits>(key: K, value: Traits[K]): void {
    this.#traits[key] = value;
    this.emit(`change:${key}`);
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.sent.push(content);
    this.onSend(content, buffers);
  }

  /** How often the page has asked for the way. */
  get asked(): number {
    return this.sent.filter((content) => (content as { type: string }).type === "ready").length;
  }

  on(name: string, listener: Listener): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
  }

  off(name: string, listener: Listener): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit(name: string, ...values: unknown[]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...values);
  }
}
