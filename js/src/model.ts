/**
 * The widget's synced traits as signals.
 *
 * The page writes `muted`, `volume` and `captions`; everything else is the kernel's to write. What only
 * this page knows (link, media, notices) is no trait and lives in the controller.
 */

import type { AnyModel } from "@anywidget/types";
import { type ReadonlySignal, signal } from "@preact/signals";
import { onAbort } from "./lifetime";
import type { KernelError, Status, Turn } from "./messages";
import { parseError, parseStatus, parseTurns } from "./parsing";
import type { Locale } from "./strings";

export interface Traits {
  status: string;
  error: unknown;
  muted: boolean;
  volume: number;
  captions: boolean;
  character: string;
  service_label: string;
  locale: string;
  transcript_tail: unknown;
}

export type Model = AnyModel<Traits>;

/** Every trait, checked, and alive until the widget goes. */
export class TraitSignals {
  readonly status: ReadonlySignal<Status>;
  readonly error: ReadonlySignal<KernelError | null>;
  readonly muted: ReadonlySignal<boolean>;
  readonly volume: ReadonlySignal<number>;
  readonly captions: ReadonlySignal<boolean>;
  readonly character: ReadonlySignal<string>;
  readonly serviceLabel: ReadonlySignal<string>;
  readonly locale: ReadonlySignal<Locale>;
  readonly transcriptTail: ReadonlySignal<readonly Turn[]>;
  readonly #model: Model;

  constructor(model: Model, life: AbortSignal) {
    this.#model = model;
    const follow = <K extends keyof Traits, T>(key: K, parse: (value: unknown) => T) =>
      traitSignal(model, key, parse, life);
    this.status = follow("status", (value) => parseStatus(value) ?? "idle");
    this.error = follow("error", parseError);
    this.muted = follow("muted", (value) => value === true);
    this.volume = follow("volume", (value) => (typeof value === "number" ? clamp(value) : 1));
    this.captions = follow("captions", (value) => value !== false);
    this.character = follow("character", (value) => (typeof value === "string" ? value : ""));
    this.serviceLabel = follow("service_label", (value) => (typeof value === "string" ? value : ""));
    this.locale = follow("locale", (value) => (value === "zh" ? "zh" : "en"));
    this.transcriptTail = follow("transcript_tail", parseTurns);
  }

  write<K extends "muted" | "volume" | "captions">(key: K, value: Traits[K]): void {
    this.#model.set(key, value);
    this.#model.save_changes();
  }
}

function traitSignal<K extends keyof Traits, T>(
  model: Model,
  key: K,
  parse: (value: unknown) => T,
  life: AbortSignal,
): ReadonlySignal<T> {
  const read = () => parse(model.get(key));
  const value = signal(read());
  const update = () => {
    value.value = read();
  };
  model.on(`change:${key}`, update);
  onAbort(life, () => model.off(`change:${key}`, update));
  return value;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
