import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reconnection } from "../src/reconnection";

let life: AbortController;
let reconnection: Reconnection;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  life = new AbortController();
  reconnection = new Reconnection(life.signal);
});

afterEach(() => {
  life.abort();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function follow(in_seconds: number): void {
  reconnection.follow({ attempt: 2, attempts: 8, at: Date.now() / 1000 + in_seconds });
}

function seconds(): number | null | undefined {
  return reconnection.progress.value?.seconds;
}

test("it counts whole seconds down to the try", () => {
  follow(2.5);
  const seen = [seconds()];
  for (const step_ms of [499, 1, 999, 1, 999, 1]) {
    vi.advanceTimersByTime(step_ms);
    seen.push(seconds());
  }
  expect(seen).toEqual([3, 3, 2, 2, 1, 1, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a time that has passed means that it is being tried", () => {
  follow(-0.4);
  expect(reconnection.progress.value).toEqual({ attempt: 2, attempts: 8, seconds: 0, asked: false });
});

test.each([121, -121, 86_400])("a time %d s ahead was told by another clock, and is not counted", (ahead) => {
  follow(ahead);
  expect(seconds()).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

test("a clock that is set meanwhile does not matter", () => {
  follow(10);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1_000);
  expect(seconds()).toBe(9);
});

test("asking ends the waiting until the kernel tells more", () => {
  follow(10);
  reconnection.ask();
  expect(reconnection.progress.value).toMatchObject({ seconds: 0, asked: true });
  expect(vi.getTimerCount()).toBe(0);
  follow(20);
  expect(reconnection.progress.value).toMatchObject({ seconds: 20, asked: false });
});

test("a newer try replaces the one before", () => {
  follow(3);
  follow(9);
  vi.advanceTimersByTime(4_000);
  expect(seconds()).toBe(5);
  reconnection.follow(null);
  expect(reconnection.progress.value).toBeNull();
});
