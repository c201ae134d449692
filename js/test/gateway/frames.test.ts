import { expect, test } from "vitest";
import { decodeMedia, encodeMicrophone, MICROPHONE_FRAME_BYTES } from "../../src/gateway/frames";

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

function frame(kind: number, payload: number[], word = 0, position_ms = 0): ArrayBuffer {
  const bytes = new Uint8Array(16 + payload.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, kind, true);
  header.setUint32(4, word, true);
  header.setFloat64(8, position_ms, true);
  bytes.set(payload, 16);
  return bytes.buffer;
}

test("voice is read as whole samples of a moment", () => {
  const pcm = Int16Array.of(1, -1);
  expect(decodeMedia(frame(2, [1, 0, 255, 255], 7, 81.5))).toEqual({ kind: "voice", position_ms: 81.5, pcm });
});

test.each([
  [0x001, "vp8", true],
  [0x000, "vp8", false],
  [0x101, "h264", true],
] as const)("a picture of word %i is read as %s", (word, codec, key) => {
  const data = Uint8Array.of(5, 6, 7);
  expect(decodeMedia(frame(3, [5, 6, 7], word, 40))).toEqual({
    kind: "video",
    position_ms: 40,
    codec,
    key,
    data,
  });
});

test.each([
  ["empty", new ArrayBuffer(0)],
  ["shorter than a header", new ArrayBuffer(15)],
  ["without samples", frame(2, [])],
  ["of half a sample", frame(2, [1, 2, 3])],
  ["of no moment", frame(2, [1, 2], 0, Number.NaN)],
  ["of another kind", frame(9, [1, 2])],
  ["of an unknown codec", frame(3, [1, 2], 0x901)],
])("a frame %s is neither voice nor picture", (_what, bytes) => {
  expect(decodeMedia(bytes)).toBeNull();
});
