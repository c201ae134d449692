import { expect, test } from "vitest";
import { BLOCK_SAMPLES, type Block, BlockCutter } from "../../src/audio/blocks";

function cut(...pieces: Float32Array[]): Block[] {
  const cutter = new BlockCutter();
  const blocks: Block[] = [];
  for (const piece of pieces) cutter.push(piece, (block) => blocks.push(block));
  return blocks;
}

test("every block has exactly 480 samples, whatever size the pieces are", () => {
  const blocks = cut(...Array.from({ length: 100 }, () => new Float32Array(64)));
  expect(blocks.length).toBe(Math.floor((100 * 64) / BLOCK_SAMPLES));
  expect(new Set(blocks.map(({ pcm }) => pcm.byteLength))).toEqual(new Set([960]));
});

test("samples beyond full scale are clipped, not wrapped", () => {
  const [block] = cut(new Float32Array(BLOCK_SAMPLES).fill(1.001).fill(-3, 240));
  const pcm = new Int16Array(block?.pcm ?? new ArrayBuffer(0));
  expect([pcm[0], pcm[479]]).toEqual([32767, -32767]);
});

test("samples are rounded to the nearest step", () => {
  const [block] = cut(new Float32Array(BLOCK_SAMPLES).fill(0.6 / 32767));
  expect(new Int16Array(block?.pcm ?? new ArrayBuffer(0))[0]).toBe(1);
});

test("a block tells how loud it was and how far its end lies back", () => {
  const [block] = cut(new Float32Array(500).fill(-0.5));
  expect(block?.peak).toBeCloseTo(0.5);
  expect(block?.behind).toBe(20);
});
