/** The widget's traits as signals, checked. What only this page knows (link, media, notices) is no trait. */

import type { AnyModel } from "@anywidget/types";
import { computed, type ReadonlySignal } from "@preact/signals";
import type { KernelError, Status, Turn, TurnDetection } from "./messages";
import { parseError, parseStatus, parseTurnDetection, parseTurns, textOf } from "./parsing";
import type { Settings } from "./settings";
import type { Locale, Strings } from "./strings";

/** What the model holds: the traits that are saved with the notebook. */
export interface Traits {
  status: string;
  error: unknown;
  muted: boolean;
  volume: number;
  captions: boolean;
  character: string;
  service_label: string;
  locale: string;
  words: Strings;
  transcript_tail: unknown;
}

export type Model = AnyModel<Traits>;

export class TraitSignals {
  readonly status: ReadonlySignal<Status>;
  readonly error: ReadonlySignal<KernelError | null>;
  readonly muted: ReadonlySignal<boolean>;
  readonly volume: ReadonlySignal<number>;
  readonly captions: ReadonlySignal<boolean>;
  readonly pushToTalk: ReadonlySignal<boolean>;
  readonly character: ReadonlySignal<string>;
  readonly voice: ReadonlySignal<string>;
  /** Voices to choose from; the one that is set need not be among them. */
  readonly voices: ReadonlySignal<readonly string[]>;
  readonly instructions: ReadonlySignal<string>;
  /** When a turn is over; null: when the person says so. */
  readonly turnDetection: ReadonlySignal<TurnDetection | null>;
  readonly serviceLabel: ReadonlySignal<string>;
  readonly locale: ReadonlySignal<Locale>;
  readonly strings: ReadonlySignal<Strings>;
  readonly transcriptTail: ReadonlySignal<readonly Turn[]>;

  constructor(settings: Settings) {
    const follow = <T>(name: string, parse: (value: unknown) => T) => {
      const value = settings.value(name);
      return computed(() => parse(value.value));
    };
    this.status = follow("status", (value) => parseStatus(value) ?? "idle");
    this.error = follow("error", parseError);
    this.muted = follow("muted", isTrue);
    this.volume = follow("volume", (value) => (typeof value === "number" ? clamp(value) : 1));
    this.captions = follow("captions", (value) => value !== false);
    this.pushToTalk = follow("push_to_talk", isTrue);
    this.character = follow("character", textOf);
    this.voice = follow("voice", textOf);
    this.voices = follow("voices", (value) => (Array.isArray(value) ? value.map(textOf) : []));
    this.instructions = follow("instructions", textOf);
    this.turnDetection = follow("turn_detection", parseTurnDetection);
    this.serviceLabel = follow("service_label", textOf);
    this.locale = follow("locale", (value) => (value === "zh" ? "zh" : "en"));
    this.strings = follow("words", (words) => words as Strings);
    this.transcriptTail = follow("transcript_tail", parseTurns);
  }
}

function isTrue(value: unknown): boolean {
  return value === true;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
