/**
 * The gateway's binary frames: a 16-byte little-endian header, then PCM16LE mono at 24 kHz, or an encoded picture.
 *
 * The header is `uint32` kind, `uint32` word, `float64` milliseconds. The word is a sequence number; of a picture, bit 0
 * says whether it can be understood without those before, bits 8 to 15 name the codec.
 */

const HEADER_BYTES = 16;
const MICROPHONE = 1;
const VOICE = 2;
const VIDEO = 3;

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

export const VIDEO_CODECS = ["vp8", "h264"] as const;

export type VideoCodec = (typeof VIDEO_CODECS)[number];

/** `position_ms` is by the service's clock, the same for voice and picture; 0 where nobody tells. */
export interface VoiceFrame {
  kind: "voice";
  position_ms: number;
  pcm: Int16Array<ArrayBuffer>;
}

export interface VideoFrameData {
  kind: "video";
  position_ms: number;
  codec: VideoCodec;
  key: boolean;
  data: Uint8Array<ArrayBuffer>;
}

export type MediaFrame = VoiceFrame | VideoFrameData;

/** The voice or the picture in a frame, or null when it is neither: another kind, no whole samples, nothing at all. */
export function decodeMedia(frame: ArrayBuffer): MediaFrame | null {
  const bytes = frame.byteLength - HEADER_BYTES;
  if (bytes <= 0) return null;
  const header = new DataView(frame);
  const kind = header.getUint32(0, true);
  const word = header.getUint32(4, true);
  const position_ms = header.getFloat64(8, true);
  if (!Number.isFinite(position_ms)) return null;
  if (kind === VOICE && bytes % 2 === 0)
    return { kind: "voice", position_ms, pcm: new Int16Array(frame.slice(HEADER_BYTES)) };
  const codec = VIDEO_CODECS[(word >> 8) & 0xff];
  if (kind !== VIDEO || codec === undefined) return null;
  return {
    kind: "video",
    position_ms,
    codec,
    key: (word & 1) === 1,
    data: new Uint8Array(frame, HEADER_BYTES),
  };
}
