import { expect, test } from "vitest";
import { MICROPHONE_FRAME_BYTES, type MicrophoneBlock } from "../../src/gateway/frames";
import { AudioUplink } from "../../src/gateway/uplink";

/** A socket whose network may stand still. */
class Socket {
  bufferedAmount = 0;
  readonly sent: number[] = [];

  send(frame: ArrayBuffer): void {
    this.bufferedAmount += frame.byteLength;
    this.sent.push(new DataView(frame).getUint32(4, true));
  }
}

function block(sequence: number): MicrophoneBlock {
  return { sequence, captured_at_ms: 0, pcm: new ArrayBuffer(960) };
}

test("on a socket that keeps up, every block is sent at once", () => {
  const [uplink, socket] = [new AudioUplink(), new Socket()];
  for (let sequence = 0; sequence < 100; sequence++) {
    uplink.push(block(sequence), socket);
    socket.bufferedAmount = 0;
  }
  expect(socket.sent.length).toBe(100);
  expect(uplink.dropped).toBe(0);
});

test("a socket that stands still gets 200 ms, and the newest 200 ms wait for it", () => {
  const [uplink, socket] = [new AudioUplink(), new Socket()];
  for (let sequence = 0; sequence < 100; sequence++) uplink.push(block(sequence), socket);
  expect(socket.bufferedAmount).toBe(10 * MICROPHONE_FRAME_BYTES);
  expect(uplink.dropped).toBe(80);
  socket.bufferedAmount = 0;
  uplink.push(block(100), socket);
  expect(socket.sent.slice(10)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
});

test("without a socket only the newest is kept", () => {
  const [uplink, socket] = [new AudioUplink(), new Socket()];
  for (let sequence = 0; sequence < 30; sequence++) uplink.push(block(sequence), null);
  uplink.clear();
  uplink.push(block(30), socket);
  expect(socket.sent).toEqual([30]);
});
