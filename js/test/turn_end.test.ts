import { expect, test } from "vitest";
import { detectionFor, turnEndOf } from "../src/turn_end";

test.each([
  [{ type: "server_vad" }, false, "normal"],
  [{ type: "server_vad", silence_duration_ms: 250 }, false, "short"],
  [{ type: "server_vad", silence_duration_ms: 1_000 }, false, "long"],
  [{ type: "server_vad", silence_duration_ms: 730 }, false, "own"],
  [{ type: "semantic_vad", eagerness: "low" }, false, "semantic"],
  [{ type: "server_vad" }, true, "button"],
  [null, false, "button"],
] as const)("%j, with the button %s, is %s", (detection, talks, expected) => {
  expect(turnEndOf(detection, talks)).toBe(expected);
});

test.each(["short", "normal", "long", "semantic"] as const)(
  "what is made for %s is recognised as it",
  (end) => {
    expect(turnEndOf(detectionFor(end, null), false)).toBe(end);
    expect(turnEndOf(detectionFor(end, { type: "semantic_vad", eagerness: "low" }), false)).toBe(end);
  },
);

test("a pause of another length keeps the threshold", () => {
  const detection = { type: "server_vad", threshold: 0.9, silence_duration_ms: 730 };
  expect(detectionFor("long", detection)).toEqual({ ...detection, silence_duration_ms: 1_000 });
});
