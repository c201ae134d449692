/** Encoded pictures of one colour each, as the gateway frames them. */

export interface Encoded {
  key: boolean;
  data: Uint8Array;
}

/** VP8 of pictures of these colours, 40 ms apart; the first is a key frame, and all of them where that is asked for. */
export async function encoded(colours: string[], everyKey = false): Promise<Encoded[]> {
  const chunks: Encoded[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      chunks.push({ key: chunk.type === "key", data });
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: "vp8", width: 64, height: 80, latencyMode: "realtime" });
  const canvas = new OffscreenCanvas(64, 80);
  const context = canvas.getContext("2d");
  for (const [index, colour] of colours.entries()) {
    if (context === null) throw new Error("no canvas");
    context.fillStyle = colour;
    context.fillRect(0, 0, 64, 80);
    const frame = new VideoFrame(canvas, { timestamp: index * 40_000 });
    encoder.encode(frame, { keyFrame: everyKey || index === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return chunks;
}

export function videoFrame({ key, data }: Encoded, position_ms: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + data.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, 3, true);
  header.setUint32(4, Number(key), true);
  header.setFloat64(8, position_ms, true);
  bytes.set(data, 16);
  return bytes;
}
