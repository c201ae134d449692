/** When a turn of the person is over, in the few ways between which people choose. */

import type { TurnDetection } from "./messages";

/** `own` is what Python has set in more detail than that. */
export type TurnEnd = "short" | "normal" | "long" | "semantic" | "button" | "own";

const SILENCE_MS = { short: 250, normal: 500, long: 1_000 };

export const TURN_ENDS: readonly TurnEnd[] = ["short", "normal", "long", "semantic", "button"];

/** The way that is set; `talks`: by the button to talk. */
export function turnEndOf(detection: TurnDetection | null, talks: boolean): TurnEnd {
  if (talks || detection === null) return "button";
  if (detection.type === "semantic_vad") return "semantic";
  const { silence_duration_ms = SILENCE_MS.normal } = detection;
  const pauses = ["short", "normal", "long"] as const;
  return pauses.find((pause) => SILENCE_MS[pause] === silence_duration_ms) ?? "own";
}

/** The detection that is a way, but for what else Python has set of it. */
export function detectionFor(
  end: Exclude<TurnEnd, "button" | "own">,
  before: TurnDetection | null,
): TurnDetection {
  if (end === "semantic") return { type: "semantic_vad" };
  const kept = before?.type === "server_vad" ? before : { type: "server_vad" };
  return { ...kept, silence_duration_ms: SILENCE_MS[end] };
}
