/** Tells the kernel how much later than its arrival the voice is heard here, so that it can time what depends on it. */

import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import { every, Lifetime, onAbort } from "./lifetime";
import type { ToKernel } from "./messages";
import type { VoicePath } from "./voice";

const REPORT_MS = 1_000;

export interface Playback {
  /** On which way the voice is heard, "none" while it is not; null while there is no conversation here to tell of. */
  path: ReadonlySignal<VoicePath | null>;
  /** Seconds between the arrival of the voice and its sound. */
  delay(): number;
  /** How much later than its voice the picture is seen; null where nobody knows. */
  offset_ms(): number | null;
  send(message: ToKernel): void;
}

/** Report at once on every change of path, and once a second while the voice is heard. */
export function reportPlayback({ path, delay, offset_ms, send }: Playback, life: AbortSignal): void {
  let reporting: Lifetime | null = null;
  const follow = () => {
    reporting?.end();
    const heard = path.value;
    if (heard === null) return;
    const delay_ms = () => (heard === "none" ? null : Math.round(delay() * 10_000) / 10);
    const report = () => send({ type: "playback", delay_ms: delay_ms(), offset_ms: offset_ms() });
    untracked(report);
    if (heard === "none") return;
    reporting = new Lifetime(life);
    every(REPORT_MS, report, reporting.signal);
  };
  onAbort(life, effect(follow));
}
