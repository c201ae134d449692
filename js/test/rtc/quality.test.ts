import { expect, test } from "vitest";
import { rated } from "../../src/rtc/quality";
import { traffic } from "../support/traffic";

const before = { audioPackets: 100, videoPackets: 100, lost: 10, roundTrip: 0, jitter: 0 };
const now = { ...before, audioPackets: 150, videoPackets: 150 };

test.each([
  ["good", "nothing lost", {}],
  ["fair", "two of a hundred lost", { lost: 12 }],
  ["poor", "a tenth lost", { lost: 21 }],
  ["fair", "a long way", { roundTrip: 0.25 }],
  ["poor", "a very long way", { roundTrip: 0.6 }],
  ["fair", "packets that stray", { jitter: 0.04 }],
  ["poor", "packets that stray far", { jitter: 0.1 }],
  ["good", "what was lost before", { lost: 5 }],
])("%s: %s", (quality, _what, change) => {
  expect(rated(traffic(before), traffic({ ...now, ...change }))).toBe(quality);
});
