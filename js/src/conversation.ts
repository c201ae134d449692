/** What the kernel tells about the conversation: state, turns, tool calls. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { KernelError, KernelRecording, Preparation, Status, ToolCall, ToPage, Turn } from "./messages";

export type Entry = { kind: "turn"; turn: Turn } | { kind: "tool"; call: ToolCall };

/** What one page keeps; the whole transcript stays in the kernel. */
export const MAX_ENTRIES = 300;

const RUNNING: readonly Status[] = ["connecting", "listening", "thinking", "speaking", "reconnecting"];

export function isRunning(status: Status): boolean {
  return RUNNING.includes(status);
}

/** The part of it that was heard, or is being heard. */
export function heardOf({ text, unheard }: Turn): string {
  return text.slice(0, text.length - unheard.length);
}

export class Conversation {
  readonly #status = signal<Status | null>(null);
  /** Null until the kernel has told. */
  readonly status: ReadonlySignal<Status | null> = this.#status;
  /** Of one that has failed: it got no further than to connect. */
  neverBegan = false;
  readonly #error = signal<KernelError | null>(null);
  readonly error: ReadonlySignal<KernelError | null> = this.#error;
  readonly #preparation = signal<Preparation | null>(null);
  /** What takes time before the conversation can begin; null while nothing does. */
  readonly preparation: ReadonlySignal<Preparation | null> = this.#preparation;
  readonly #recording = signal<KernelRecording["state"]>("off");
  /** Whether the kernel records what is said, or asks whether it may. */
  readonly recording: ReadonlySignal<KernelRecording["state"]> = this.#recording;
  readonly #entries = signal<ReadonlyMap<string, Entry>>(new Map());
  readonly #shortened = signal(false);
  /** Whether older entries were let go. */
  readonly shortened: ReadonlySignal<boolean> = this.#shortened;

  /** The newest entries, in the order in which people began to speak. */
  readonly entries = computed(() =>
    [...this.#entries.value.values()].sort((a, b) => startOf(a) - startOf(b)),
  );

  readonly turns = computed(() =>
    this.entries.value.flatMap((entry) => (entry.kind === "turn" ? [entry.turn] : [])),
  );

  /** The first call that waits for the person's word. */
  readonly asking: ReadonlySignal<ToolCall | null> = computed(() => {
    for (const entry of this.entries.value) {
      if (entry.kind === "tool" && entry.call.state === "awaiting_approval") return entry.call;
    }
    return null;
  });

  setState(status: Status, error: KernelError | null): void {
    const before = this.#status.peek();
    if (before !== status) this.neverBegan = before === "connecting";
    this.#status.value = status;
    this.#error.value = error;
  }

  setRecording({ state }: KernelRecording): void {
    this.#recording.value = state;
  }

  setPreparation({ what, share }: Preparation): void {
    this.#preparation.value = what === "" ? null : { what, share };
  }

  /** Take in turns; true when one of the avatar's has just been interrupted. */
  setTurns(message: Extract<ToPage, { type: "turns" }>): boolean {
    const known = this.#entries.peek();
    const interrupted = message.turns.some((turn) => {
      const before = known.get(turn.id);
      return turn.interrupted && before?.kind === "turn" && !before.turn.interrupted;
    });
    const kept = message.reset ? [...known].filter(([, entry]) => entry.kind === "tool") : known;
    const entries = new Map<string, Entry>(kept);
    for (const turn of message.turns) entries.set(turn.id, { kind: "turn", turn });
    this.#keep(entries);
    return interrupted && !message.reset;
  }

  setToolCall(call: ToolCall): void {
    const entries = new Map(this.#entries.peek());
    entries.set(`tool:${call.call_id}`, { kind: "tool", call });
    this.#keep(entries);
  }

  /** The link is down: what it told no longer counts as now. */
  forgetState(): void {
    this.#status.value = null;
    this.#error.value = null;
    this.#preparation.value = null;
    this.#recording.value = "off";
  }

  #keep(entries: Map<string, Entry>): void {
    if (entries.size > MAX_ENTRIES) {
      const oldest = [...entries].sort(([, a], [, b]) => startOf(a) - startOf(b));
      for (const [key] of oldest.slice(0, entries.size - MAX_ENTRIES)) entries.delete(key);
      this.#shortened.value = true;
    }
    this.#entries.value = entries;
  }
}

function startOf(entry: Entry): number {
  return entry.kind === "turn" ? entry.turn.started_at : entry.call.started_at;
}
