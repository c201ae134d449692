/** The microphone as a stream of 20 ms PCM16 blocks. */

import { domErrorName } from "../dom_error";
import { onAbort } from "../lifetime";
import type { PageErrorCode } from "../messages";
import type { CapturedBlock } from "./capture_worklet";
import captureWorklet from "./capture_worklet?worklet";
import { addWorklet } from "./worklet_module";

export type MicrophoneFault = Extract<
  PageErrorCode,
  "insecure_context" | "microphone_denied" | "microphone_missing" | "microphone_lost" | "worklet_failed"
>;

export class MicrophoneError extends Error {
  override readonly name = "MicrophoneError";

  constructor(
    readonly code: MicrophoneFault,
    cause?: unknown,
  ) {
    super(cause instanceof Error && cause.message !== "" ? cause.message : code, { cause });
  }
}

export interface CaptureEvents {
  /** `captured_at_ms`: milliseconds since 1970 of the block's last sample; `peak`: 0 to 1. */
  onBlock(pcm: ArrayBuffer, captured_at_ms: number, peak: number): void;
  /** The device went away; nothing more will come. */
  onLost(): void;
}

export interface Capture {
  /** A disabled microphone delivers silence. */
  enable(enabled: boolean): void;
}

const CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

/**
 * Open the microphone; the signal ends it and puts its light out.
 *
 * @throws MicrophoneError with the code of what stands in the way.
 */
export async function openCapture(events: CaptureEvents, life: AbortSignal): Promise<Capture> {
  const stream = await openStream();
  const stopTracks = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  onAbort(life, stopTracks);
  life.throwIfAborted();
  try {
    // The device's own rate: Firefox refuses a microphone in a context of another rate.
    const context = new AudioContext({ latencyHint: "interactive" });
    onAbort(life, () => void closeContext(context));
    await addWorklet(context, captureWorklet);
    life.throwIfAborted();
    connect(context, stream, events, life);
    void context.resume();
  } catch (cause) {
    stopTracks();
    if (life.aborted) throw cause;
    throw new MicrophoneError("worklet_failed", cause);
  }
  for (const track of stream.getAudioTracks()) {
    track.addEventListener("ended", () => events.onLost(), { signal: life });
  }
  return {
    enable(enabled) {
      for (const track of stream.getAudioTracks()) track.enabled = enabled;
    },
  };
}

function connect(context: AudioContext, stream: MediaStream, events: CaptureEvents, life: AbortSignal): void {
  const node = new AudioWorkletNode(context, "nt-capture", { channelCount: 1, channelCountMode: "explicit" });
  node.port.onmessage = ({ data }: MessageEvent<CapturedBlock>) => {
    if (life.aborted) return;
    const age_ms = Math.max(0, (context.currentTime - data.time) * 1000);
    events.onBlock(data.pcm, performance.timeOrigin + performance.now() - age_ms, data.peak);
  };
  context.createMediaStreamSource(stream).connect(node);
  // Its output is silence; some browsers only run what leads to a destination.
  node.connect(context.destination);
  onAbort(life, () => {
    node.port.postMessage("stop");
    node.port.close();
  });
}

async function openStream(): Promise<MediaStream> {
  // Browsers hide mediaDevices from pages that are neither https nor localhost, whatever the types say.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) throw new MicrophoneError("insecure_context");
  try {
    return await devices.getUserMedia({ audio: CONSTRAINTS });
  } catch (cause) {
    throw new MicrophoneError(faultOf(cause), cause);
  }
}

function faultOf(cause: unknown): MicrophoneFault {
  switch (domErrorName(cause)) {
    case "NotAllowedError":
    case "SecurityError":
      return "microphone_denied";
    case "NotReadableError":
    case "AbortError":
      return "microphone_lost";
    default:
      return "microphone_missing";
  }
}

/** Close a context; closing twice is the only way this fails, and does no harm. */
export async function closeContext(context: AudioContext): Promise<void> {
  if (context.state !== "closed") await context.close();
}
