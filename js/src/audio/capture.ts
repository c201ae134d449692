/** What the person says, as a stream of 20 ms PCM16 blocks. */

import { onAbort } from "../lifetime";
import type { CapturedBlock } from "./capture_worklet";
import captureWorklet from "./capture_worklet?worklet";
import { MicrophoneError, type Source } from "./source";
import { addWorklet } from "./worklet_module";

export interface CaptureEvents {
  /** `captured_at_ms`: milliseconds since 1970 of the block's last sample; `peak`: 0 to 1. */
  onBlock(pcm: ArrayBuffer, captured_at_ms: number, peak: number): void;
  /** The device went away; only silence will come. */
  onLost(): void;
}

export interface Capture {
  /** A disabled microphone delivers silence. */
  enable(enabled: boolean): void;
}

/**
 * Open a source of sound; the signal ends it and puts its light out.
 *
 * @throws MicrophoneError with the code of what stands in the way.
 */
export async function openCapture(
  source: Source,
  events: CaptureEvents,
  life: AbortSignal,
): Promise<Capture> {
  const tracks = new Set<MediaStreamTrack>();
  let enabled = true;
  let connect: (track: MediaStreamTrack) => void = () => {};
  const stopTracks = () => {
    for (const track of tracks) track.stop();
  };
  const take = (track: MediaStreamTrack) => {
    tracks.add(track);
    if (life.aborted) track.stop();
    track.enabled = enabled;
    const end = () => {
      if (source.lasting) events.onLost();
      else tracks.delete(track);
    };
    track.addEventListener("ended", end, { signal: life });
    connect(track);
  };
  onAbort(life, stopTracks);
  if (source.lasting) await source.open(take, life);
  life.throwIfAborted();
  try {
    // The device's own rate: Firefox refuses a microphone in a context of another rate.
    const context = new AudioContext({ latencyHint: "interactive" });
    onAbort(life, () => void closeContext(context));
    await addWorklet(context, captureWorklet);
    life.throwIfAborted();
    const node = createNode(context, events, life);
    connect = (track) => void context.createMediaStreamSource(new MediaStream([track])).connect(node);
    for (const track of tracks) connect(track);
    void context.resume();
  } catch (cause) {
    stopTracks();
    if (life.aborted) throw cause;
    throw new MicrophoneError("worklet_failed", cause);
  }
  // What is played once must be heard from its beginning.
  if (!source.lasting) await source.open(take, life);
  life.throwIfAborted();
  return {
    enable(on) {
      enabled = on;
      for (const track of tracks) track.enabled = on;
    },
  };
}

function createNode(context: AudioContext, events: CaptureEvents, life: AbortSignal): AudioWorkletNode {
  const node = new AudioWorkletNode(context, "nt-capture", { channelCount: 1, channelCountMode: "explicit" });
  node.port.onmessage = ({ data }: MessageEvent<CapturedBlock>) => {
    if (life.aborted) return;
    const age_ms = Math.max(0, (context.currentTime - data.time) * 1000);
    events.onBlock(data.pcm, performance.timeOrigin + performance.now() - age_ms, data.peak);
  };
  // Where sound ends, silence must follow: the service hears by it that the person has finished.
  const silence = new ConstantSourceNode(context, { offset: 0 });
  silence.connect(node);
  silence.start();
  // Its output is silence too; some browsers only run what leads to a destination.
  node.connect(context.destination);
  onAbort(life, () => {
    node.port.postMessage("stop");
    node.port.close();
  });
  return node;
}

/** Close a context; closing twice is the only way this fails, and does no harm. */
export async function closeContext(context: AudioContext): Promise<void> {
  if (context.state !== "closed") await context.close();
}
