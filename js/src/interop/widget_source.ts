/** Sound of another widget, such as an ipywebrtc.MediaStream, as what the person says. */

import { MicrophoneError, type Source } from "../audio/source";
import { after, Lifetime, onAbort } from "../lifetime";
import type { Model } from "../model";

/** A file that is being read, or a camera that asks the person, needs its time; then it has no sound. */
const SOUND_MS = 20_000;

interface Capturable {
  captureStream(): MediaStream | Promise<MediaStream>;
}

/** @param id of the widget's model; its front end may be missing, or have no streams. */
export function widgetSource(id: string, model: Model): Source {
  return {
    key: `widget:${id}`,
    lasting: false,
    async open(onTrack, life) {
      const stream = await captured(id, model);
      // The widget goes on with its own tracks when we stop ours.
      const take = (track: MediaStreamTrack) => track.kind === "audio" && onTrack(track.clone());
      for (const track of stream.getTracks()) take(track);
      stream.addEventListener("addtrack", ({ track }) => take(track), { signal: life });
      if (stream.getAudioTracks().length === 0) await soundOf(stream, life);
    },
  };
}

async function captured(id: string, model: Model): Promise<MediaStream> {
  try {
    // A host without widget managers has no other widgets either.
    const manager = model.widget_manager as { get_model(id: string): Promise<unknown> };
    const stream = await ((await manager.get_model(id)) as Capturable).captureStream();
    if (stream instanceof MediaStream) return stream;
  } catch (cause) {
    throw new MicrophoneError("stream_unusable", cause);
  }
  throw new MicrophoneError("stream_unusable");
}

function soundOf(stream: MediaStream, life: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting = new Lifetime(life);
    const until = { signal: waiting.signal };
    const settle = () => {
      waiting.end();
      if (stream.getAudioTracks().length > 0) resolve();
      else reject(new MicrophoneError("stream_unusable"));
    };
    onAbort(life, settle);
    after(SOUND_MS, settle, waiting.signal);
    stream.addEventListener("addtrack", settle, until);
  });
}
