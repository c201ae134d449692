import { expect, test } from "vitest";
import { fitting } from "../../../src/views/controls/fitting";

// Four round buttons of 38 pixels that must be there, with gaps of 8: 176. Each more takes 46.
test.each([
  [176 + 3 * 46, 3, "all of them, and no menu"],
  [176 + 3 * 46 - 1, 1, "two would, but for the menu's button"],
  [176 + 2 * 46, 1, "one and the menu"],
  [176 + 46, 0, "the menu alone"],
  [0, 0, "not even that, before anything is measured"],
])("in %i pixels: %i of three (%s)", (width, count) => {
  expect(fitting(width, [38, 38, 38], 4)).toBe(count);
});

test("what is wider than the room is left out with all that is wanted less", () => {
  expect(fitting(176 + 3 * 46, [38, 84, 38], 4)).toBe(1);
});
