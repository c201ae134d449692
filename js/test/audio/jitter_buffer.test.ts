import { expect, test } from "vitest";
import { CAPACITY_SAMPLES, JitterBuffer, PREFILL_SAMPLES } from "../../src/audio/jitter_buffer";

function pull(buffer: JitterBuffer, count: number): number[] {
  const output = new Float32Array(count);
  buffer.pull(output);
  return [...output];
}

function steady(count: number, value = 16_384): Int16Array {
  return new Int16Array(count).fill(value);
}

/** A buffer that plays, with this much left. */
function playing(left: number): JitterBuffer {
  const buffer = new JitterBuffer();
  buffer.push(steady(PREFILL_SAMPLES + left));
  pull(buffer, PREFILL_SAMPLES);
  return buffer;
}

test("it waits for a little before it begins", () => {
  const buffer = new JitterBuffer();
  buffer.push(steady(PREFILL_SAMPLES - 1));
  expect(pull(buffer, 128)).toEqual(new Array(128).fill(0));
  buffer.push(steady(1));
  expect(pull(buffer, 128)).toEqual(new Array(128).fill(0.5));
});

test("an answer too short to fill it is played all the same", () => {
  const buffer = new JitterBuffer();
  buffer.push(steady(480));
  const heard = Array.from({ length: 20 }, () => pull(buffer, 128)).flat();
  expect(heard.filter((value) => value === 0.5).length).toBe(480);
});

test("samples come out in order across chunks", () => {
  const buffer = new JitterBuffer();
  const ramp = Int16Array.from({ length: PREFILL_SAMPLES }, (_, index) => index);
  buffer.push(ramp.slice(0, 700));
  buffer.push(ramp.slice(700));
  expect(pull(buffer, PREFILL_SAMPLES)).toEqual([...ramp].map((value) => value / 32768));
});

test("running dry fades out and waits to fill again", () => {
  const buffer = playing(64);
  const heard = pull(buffer, 256);
  expect(heard.slice(0, 64)).toEqual(new Array(64).fill(0.5));
  for (const [index, value] of heard.slice(65).entries())
    expect(value).toBeLessThanOrEqual(heard[64 + index] as number);
  expect(heard.at(-1)).toBe(0);
  buffer.push(steady(100));
  expect(pull(buffer, 128)).toEqual(new Array(128).fill(0));
});

test("a flush silences within 5 ms and never jumps", () => {
  const buffer = playing(48_000);
  buffer.flush();
  const heard = pull(buffer, 240);
  const steps = heard.map((value, index) =>
    Math.abs(value - (index === 0 ? 0.5 : (heard[index - 1] as number))),
  );
  expect(Math.max(...steps)).toBeLessThan(0.01);
  expect(heard.slice(120)).toEqual(new Array(120).fill(0));
  expect(buffer.queued).toBe(0);
});

test("a second flush does not bring the fade back", () => {
  const buffer = playing(48_000);
  buffer.flush();
  pull(buffer, 240);
  buffer.flush();
  expect(pull(buffer, 128)).toEqual(new Array(128).fill(0));
});

test("it holds a minute and drops the oldest beyond", () => {
  const buffer = new JitterBuffer();
  for (let second = 0; second < 70; second++) buffer.push(steady(24_000, second));
  expect(buffer.queued).toBe(CAPACITY_SAMPLES);
  expect(pull(buffer, 1)[0]).toBe(10 / 32768);
});

test("it tells which moment is played next, also across pieces", () => {
  const buffer = new JitterBuffer();
  expect(buffer.position_ms).toBe(0);
  buffer.push(steady(PREFILL_SAMPLES), 5_000);
  buffer.push(steady(2_400), 9_000);
  pull(buffer, 240);
  expect(buffer.position_ms).toBe(5_010);
  pull(buffer, PREFILL_SAMPLES);
  expect(buffer.position_ms).toBe(9_010);
  buffer.flush();
  expect(buffer.position_ms).toBe(0);
});

test("of voice whose moment nobody told, it tells none", () => {
  const buffer = playing(480);
  pull(buffer, 24);
  expect(buffer.position_ms).toBe(0);
});
