import { expect, test } from "vitest";
import type { Energy } from "../../src/rtc/energy";
import { Onset } from "../../src/rtc/onset";

/** Looks 50 ms apart at a track of these amplitudes; what is told, look by look. */
function looks(amplitudes: number[], pause_ms = 50, silent = false): (number | null)[] {
  const onset = new Onset(silent);
  const totals: Energy = { at_ms: 1_000, energy: 0, seconds: 0 };
  return [0, ...amplitudes].map((amplitude, index) => {
    if (index > 0) {
      totals.at_ms += pause_ms;
      totals.seconds += pause_ms / 1000;
      totals.energy += (amplitude ** 2 * pause_ms) / 1000;
    }
    return onset.look({ ...totals });
  });
}

test("a voice begins half-way between the last silence and the first sound", () => {
  expect(looks([0, 0, 0.1, 0.1])).toEqual([null, null, null, 1_125, null]);
});

test("noise of the line is no voice", () => {
  expect(looks([0.001, 0.002, 0.001, 0.002])).toEqual([null, null, null, null, null]);
});

test("what sounds from the beginning is the end of something else, and what follows the silence counts", () => {
  expect(looks([0.1, 0.1, 0, 0.1])).toEqual([null, null, null, null, 1_175]);
});

test("where it was silent before, the first sound counts", () => {
  expect(looks([0.1, 0.1], 50, true)).toEqual([null, 1_025, null]);
});

test("looks that were held up tell nothing", () => {
  expect(looks([0, 0.1], 1_000)).toEqual([null, null, null]);
});

test("statistics that are not renewed are passed over", () => {
  const onset = new Onset(false);
  const at = (at_ms: number, energy: number, seconds: number) => onset.look({ at_ms, energy, seconds });
  expect([at(0, 0, 0), at(50, 0, 0.05), at(60, 0, 0.05), at(100, 0.01, 0.1)]).toEqual([null, null, null, 75]);
});
