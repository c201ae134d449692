import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Heard } from "../src/heard";
import type { Status, ToKernel } from "../src/messages";
import type { Energy } from "../src/rtc/energy";
import type { VoicePath } from "../src/voice";

const status = signal<Status>("listening");
const path = signal<VoicePath | null>("webrtc");
let life: AbortController;
let sent: ToKernel[];
let heard: Heard;
let total: Energy;
let amplitude: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  life = new AbortController();
  status.value = "listening";
  path.value = "webrtc";
  sent = [];
  amplitude = 0;
  total = { at_ms: 1_000, energy: 0, seconds: 0 };
  const energy = async () => {
    total.at_ms += 50;
    total.seconds += 0.05;
    total.energy += amplitude ** 2 * 0.05;
    return { ...total };
  };
  const send = (message: ToKernel) => sent.push(message);
  heard = new Heard({ status, path, energy, playout: () => 0.02, offset_ms: () => 7.5, send }, life.signal);
});

afterEach(() => {
  life.abort();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test("the first sound after an answer was due is told, once, as it leaves the speaker", async () => {
  status.value = "thinking";
  await pass(200);
  status.value = "speaking";
  expect(sent).toEqual([]);
  amplitude = 0.1;
  await pass(1_000);
  // Looked at once and four times since; the sound begins before the sixth look.
  const at_ms = performance.timeOrigin + 1_275 + 20;
  expect(sent).toEqual([{ type: "voice_heard", at_ms, offset_ms: 7.5 }]);
});

test("an answer that comes at once is told, too", async () => {
  status.value = "thinking";
  amplitude = 0.1;
  await pass(50);
  expect(sent).toMatchObject([{ type: "voice_heard", at_ms: performance.timeOrigin + 1_075 + 20 }]);
});

test("the end of a voice that was cut short is not taken for the answer", async () => {
  status.value = "speaking";
  amplitude = 0.1;
  status.value = "thinking";
  await pass(150);
  expect(sent).toEqual([]);
  amplitude = 0;
  await pass(100);
  amplitude = 0.1;
  await pass(50);
  expect(sent).toHaveLength(1);
});

test("what sounds while no answer is due is not told", async () => {
  await pass(200);
  amplitude = 0.1;
  await pass(200);
  status.value = "thinking";
  status.value = "listening";
  await pass(1_000);
  expect(sent).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test("each answer is told", async () => {
  for (const _ of [1, 2]) {
    status.value = "thinking";
    amplitude = 0;
    await pass(200);
    amplitude = 0.1;
    await pass(200);
    status.value = "listening";
  }
  expect(sent).toHaveLength(2);
});

test("of the gateway's voice the player tells", async () => {
  path.value = "gateway";
  status.value = "thinking";
  amplitude = 0.1;
  await pass(500);
  expect(sent).toEqual([]);
  heard.began(2_000);
  expect(sent).toEqual([{ type: "voice_heard", at_ms: performance.timeOrigin + 2_000, offset_ms: 7.5 }]);
});

test("silence is told as the ear has it", () => {
  const before = performance.timeOrigin + performance.now();
  heard.silenced();
  expect(sent).toHaveLength(1);
  const [message] = sent as [Extract<ToKernel, { type: "voice_silent" }>];
  expect(message.type).toBe("voice_silent");
  expect(message.at_ms).toBeGreaterThanOrEqual(before + 20);
});

test.each(["none", null] as const)("where nothing is heard (%s) nothing is told", (nothing) => {
  path.value = nothing;
  heard.began(2_000);
  heard.silenced();
  expect(sent).toEqual([]);
});
