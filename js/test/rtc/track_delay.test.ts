import { expect, test } from "vitest";
import { TrackDelay } from "../../src/rtc/track_delay";
import { traffic } from "../support/traffic";

test("until something was measured it is the expected jitter buffer and the speaker", () => {
  expect(new TrackDelay(0.04).seconds(0.02)).toBeCloseTo(0.06);
});

test("half the round trip, the jitter buffer and the playout add up", () => {
  const delay = new TrackDelay(0.04);
  delay.add(
    traffic({
      roundTrip: 0.1,
      jitterBuffer: { sum: 4_800, count: 48_000 },
      playout: { sum: 1_440, count: 48_000 },
    }),
  );
  expect(delay.seconds(9)).toBeCloseTo(0.05 + 0.1 + 0.03);
});

test("the last interval counts, not the whole conversation", () => {
  const delay = new TrackDelay(0.04);
  delay.add(traffic({ jitterBuffer: { sum: 4_800, count: 48_000 } }));
  delay.add(traffic({ jitterBuffer: { sum: 4_800 + 960, count: 96_000 } }));
  expect(delay.seconds(0)).toBeCloseTo(0.02);
});

test("an interval without voice changes nothing", () => {
  const delay = new TrackDelay(0.04);
  for (let looks = 0; looks < 2; looks++) delay.add(traffic({ jitterBuffer: { sum: 4_800, count: 48_000 } }));
  expect(delay.seconds(0)).toBeCloseTo(0.1);
});
