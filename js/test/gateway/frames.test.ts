import { expect, test } from "vitest";
import { decodeVoice, encodeMicrophone, MICROPHONE_FRAME_BYTES } from "../../src/gateway/frames";

test("a microphone block is framed as the kernel reads it", () => {
  const pcm = Int16Array.from({ length: 480 }, (_, index) => index - 240);
  const frame = encodeMicrophone({ sequence: 7, captured_at_ms: 1_760_000_000_123.5, pcm: pcm.buffer });
  const view = new DataView(frame);
  expect(frame.byteLength).toBe(MICROPHONE_FRAME_BYTES);
  expect(view.getUint32(0, true)).toBe(1);
  expect(view.getUint32(4, true)).toBe(7);
  expect(view.getFloat64(8, true)).toBe(1_760_000_000_123.5);
  expect(view.getInt16(16, true)).toBe(-240);
  expect(view.getInt16(16 + 2 * 479, true)).toBe(239);
});

function voice(kind: number, payload: number[]): ArrayBuffer {
  const frame = new Uint8Array(16 + payload.length);
  new DataView(frame.buffer).setUint32(0, kind, true);
  frame.set(payload, 16);
  return frame.buffer;
}

test("voice is read as whole samples", () => {
  expect([...(decodeVoice(voice(2, [1, 0, 255, 255])) ?? [])]).toEqual([1, -1]);
});

test.each([
  ["empty", new ArrayBuffer(0)],
  ["shorter than a header", new ArrayBuffer(15)],
  ["without samples", voice(2, [])],
  ["of half a sample", voice(2, [1, 2, 3])],
  ["of another kind", voice(9, [1, 2])],
])("a frame %s is no voice", (_what, frame) => {
  expect(decodeVoice(frame)).toBeNull();
});
