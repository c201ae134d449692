import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Claim } from "../src/claim";

let life: AbortController;
let atWork: boolean;
let unanswered: number;
let claim: Claim;

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  atWork = false;
  unanswered = 0;
  claim = new Claim({ underWay: () => atWork, onUnanswered: () => (unanswered += 1) }, life.signal);
});

afterEach(() => {
  life.abort();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a press that nobody answers fails, once", () => {
  claim.press("start");
  expect([claim.pending.value, claim.pressed]).toEqual([true, "start"]);
  vi.advanceTimersByTime(19_999);
  expect(unanswered).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(unanswered).toBe(1);
});

test("a kernel that is at work is waited for", () => {
  claim.press("start");
  atWork = true;
  vi.advanceTimersByTime(600_000);
  atWork = false;
  expect(unanswered).toBe(0);
  vi.advanceTimersByTime(20_000);
  expect(unanswered).toBe(1);
});

test("whatever the kernel tells begins the time anew", () => {
  claim.press("take_over");
  for (let told = 0; told < 10; told++) {
    vi.advanceTimersByTime(15_000);
    claim.heard();
  }
  expect([unanswered, claim.pressed]).toEqual([0, "take_over"]);
});

test("an answered press waits for nothing, and is not revived by what is told later", () => {
  claim.press("start");
  claim.settle();
  claim.heard();
  expect([claim.pending.value, vi.getTimerCount()]).toEqual([false, 0]);
});

test("the first picture is timed from the press, and only the first", () => {
  claim.press("start");
  const pressed_ms = performance.now();
  claim.settle();
  expect(claim.takeElapsed(pressed_ms + 700)).toBeCloseTo(700);
  expect(claim.takeElapsed(pressed_ms + 900)).toBeNull();
  claim.press("start");
  claim.forget();
  expect(claim.takeElapsed(pressed_ms + 900)).toBeNull();
});
