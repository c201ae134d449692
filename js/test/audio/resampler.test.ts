import { describe, expect, test } from "vitest";
import { Resampler } from "../../src/audio/resampler";
import { decibel, rms, sine, sineSnr } from "../support/signals";

const TARGET = 24_000;
const QUANTUM = 128;

/** The output for an input that comes in an AudioWorklet's pieces. */
function inQuanta(input: Float32Array, sourceRate: number, size = QUANTUM): Float32Array {
  const resampler = new Resampler(sourceRate, TARGET);
  const pieces: number[] = [];
  for (let start = 0; start < input.length; start += size) {
    pieces.push(...resampler.process(input.subarray(start, start + size)));
  }
  return Float32Array.from(pieces);
}

function settled(output: Float32Array): Float32Array {
  return output.subarray(200, output.length - 200);
}

describe.each([16_000, 22_050, 32_000, 44_100, 48_000, 96_000])("from %i Hz", (rate) => {
  test("a tone of 1 kHz stays pure", () => {
    const output = settled(inQuanta(sine(1_000, rate, 1), rate));
    expect(sineSnr(output, 1_000, TARGET)).toBeGreaterThan(60);
  });

  test("a tone keeps its loudness", () => {
    const output = settled(inQuanta(sine(1_000, rate, 1), rate));
    expect(Math.abs(decibel(rms(output) / rms(sine(1_000, rate, 1))))).toBeLessThan(0.05);
  });

  test("there is as much as time has passed", () => {
    const output = inQuanta(new Float32Array(rate), rate);
    expect(Math.abs(output.length - TARGET)).toBeLessThan(100);
  });

  test("the pieces it comes in leave no trace", () => {
    const input = sine(3_100, rate, 0.5);
    expect(inQuanta(input, rate, QUANTUM)).toEqual(inQuanta(input, rate, 4_096));
  });
});

test.each([
  [44_100, 15_000],
  [48_000, 15_000],
  [48_000, 20_000],
  [96_000, 30_000],
])("at %i Hz a tone of %i Hz, which 24 kHz cannot hold, is suppressed", (rate, frequency) => {
  const output = settled(inQuanta(sine(frequency, rate, 1), rate));
  expect(decibel(rms(output) / rms(sine(frequency, rate, 1)))).toBeLessThan(-50);
});

test("speech up to 10 kHz passes unharmed", () => {
  const output = settled(inQuanta(sine(10_000, 48_000, 1), 48_000));
  expect(decibel(rms(output) / rms(sine(10_000, 48_000, 1)))).toBeGreaterThan(-0.5);
});

test("a device already at 24 kHz is passed on sample by sample", () => {
  const input = sine(440, TARGET, 0.2);
  const output = inQuanta(input, TARGET);
  expect(sineSnr(output.subarray(200), 440, TARGET)).toBeGreaterThan(60);
});

test("an odd rate works too", () => {
  const output = settled(inQuanta(sine(1_000, 47_999, 1), 47_999));
  expect(sineSnr(output, 1_000, TARGET)).toBeGreaterThan(50);
});
