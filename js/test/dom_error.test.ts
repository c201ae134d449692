import { expect, test } from "vitest";
import { domErrorName } from "../src/dom_error";

test("an error is known by its name where DOMException is another than the browser's", () => {
  const original = window.DOMException;
  const refused = new DOMException("no", "NotAllowedError");
  window.DOMException = class extends original {};
  try {
    expect(refused instanceof DOMException).toBe(false);
    expect(domErrorName(refused)).toBe("NotAllowedError");
  } finally {
    window.DOMException = original;
  }
});

test("what has no name is no error of the browser", () => {
  expect(domErrorName("NotAllowedError")).toBe("");
  expect(domErrorName(null)).toBe("");
  expect(domErrorName({})).toBe("");
});
