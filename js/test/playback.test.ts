import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reportPlayback } from "../src/playback";
import type { VoicePath } from "../src/voice";

const path = signal<VoicePath | null>(null);
let life: AbortController;
let delay: number;
let offset: number | null;
let sent: (number | null)[];
let offsets: (number | null)[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  life = new AbortController();
  path.value = null;
  delay = 0.085;
  offset = null;
  sent = [];
  offsets = [];
  reportPlayback(
    {
      path,
      delay: () => delay,
      offset_ms: () => offset,
      send: (message) => {
        if (message.type !== "playback") return;
        sent.push(message.delay_ms);
        offsets.push(message.offset_ms);
      },
    },
    life.signal,
  );
});

afterEach(() => {
  life.abort();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("nothing is told while there is no conversation", () => {
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual([]);
});

test("the delay is told at once, then each second", () => {
  path.value = "webrtc";
  delay = 0.1;
  vi.advanceTimersByTime(2_000);
  expect(sent).toEqual([85, 100, 100]);
});

test("the picture's offset is told with it, once it is known", () => {
  path.value = "webrtc";
  offset = -12.5;
  vi.advanceTimersByTime(1_000);
  expect(offsets).toEqual([null, -12.5]);
});

test("a change of path is told at once, and silence once", () => {
  path.value = "webrtc";
  delay = 0.25;
  path.value = "gateway";
  path.value = "none";
  vi.advanceTimersByTime(5_000);
  expect(sent).toEqual([85, 250, null]);
});

test("the end of the conversation ends the telling", () => {
  path.value = "webrtc";
  path.value = null;
  vi.advanceTimersByTime(5_000);
  expect(sent).toEqual([85]);
});
