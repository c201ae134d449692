import { afterEach, expect, test } from "vitest";
import { PictureQueue } from "../../src/relay/picture_queue";

const made: VideoFrame[] = [];

function picture(timestamp: number): VideoFrame {
  const canvas = new OffscreenCanvas(2, 2);
  canvas.getContext("2d")?.fillRect(0, 0, 2, 2);
  const frame = new VideoFrame(canvas, { timestamp });
  made.push(frame);
  return frame;
}

const isClosed = (frame: VideoFrame | undefined) => frame?.format === null;

afterEach(() => {
  for (const frame of made.splice(0)) frame.close();
});

test("a picture is handed out when it is due, and not before", () => {
  const queue = new PictureQueue();
  queue.push(picture(1), 100);
  expect(queue.wait(60)).toBe(40);
  expect(queue.take(99)).toBeNull();
  expect(queue.take(100)?.timestamp).toBe(1);
  expect(queue.wait(100)).toBeNull();
});

test("of several that are due only the newest is shown", () => {
  const queue = new PictureQueue();
  for (const at of [10, 50, 90]) queue.push(picture(at), at);
  expect(queue.take(60)?.timestamp).toBe(50);
  expect(made.map(isClosed)).toEqual([true, false, false]);
  expect(queue.wait(60)).toBe(30);
});

test("more than a second of them does not pile up", () => {
  const queue = new PictureQueue();
  for (let at = 0; at < 30; at++) queue.push(picture(at), 1_000 + at);
  expect(made.filter(isClosed)).toHaveLength(5);
  queue.clear();
  expect(made.every(isClosed)).toBe(true);
  expect(queue.wait(0)).toBeNull();
});
