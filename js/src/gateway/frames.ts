/** The gateway's binary frames: a 16-byte little-endian header, then PCM16LE mono at 24 kHz. */

const HEADER_BYTES = 16;
const MICROPHONE = 1;
const VOICE = 2;

/** Bytes of one microphone frame on the socket: header and 480 samples (20 ms). */
export const MICROPHONE_FRAME_BYTES = HEADER_BYTES + 960;

export interface MicrophoneBlock {
  sequence: number;
  /** Milliseconds since 1970, of the block's last sample. */
  captured_at_ms: number;
  /** 480 samples, PCM16. */
  pcm: ArrayBuffer;
}

export function encodeMicrophone(block: MicrophoneBlock): ArrayBuffer {
  const frame = new ArrayBuffer(HEADER_BYTES + block.pcm.byteLength);
  const header = new DataView(frame);
  header.setUint32(0, MICROPHONE, true);
  header.setUint32(4, block.sequence >>> 0, true);
  header.setFloat64(8, block.captured_at_ms, true);
  new Uint8Array(frame, HEADER_BYTES).set(new Uint8Array(block.pcm));
  return frame;
}

/** The voice in a frame, or null when it is none: another kind, no whole samples, nothing at all. */
export function decodeVoice(frame: ArrayBuffer): Int16Array<ArrayBuffer> | null {
  const bytes = frame.byteLength - HEADER_BYTES;
  if (bytes <= 0 || bytes % 2 !== 0) return null;
  if (new DataView(frame).getUint32(0, true) !== VOICE) return null;
  return new Int16Array(frame.slice(HEADER_BYTES));
}
