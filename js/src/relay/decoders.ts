/** Which encoded pictures this browser decodes. */

import { VIDEO_CODECS, type VideoCodec } from "../gateway/frames";

/** As WebCodecs names them; H.264 comes as Baseline, its parameters within the stream. */
export const CODEC_STRINGS: Record<VideoCodec, string> = { vp8: "vp8", h264: "avc1.42e01f" };

/** Best first; none where there is no WebCodecs, as on pages that are not secure. */
export async function decodableCodecs(): Promise<VideoCodec[]> {
  if (typeof VideoDecoder === "undefined") return [];
  const checked = await Promise.all(VIDEO_CODECS.map(async (codec) => (await isSupported(codec)) && codec));
  return checked.filter((codec) => codec !== false);
}

async function isSupported(codec: VideoCodec): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported({ codec: CODEC_STRINGS[codec] })).supported === true;
  } catch {
    return false;
  }
}
