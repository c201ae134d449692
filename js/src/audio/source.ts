/** Where the person's voice may come from: a microphone of this machine, or what else has sound. */

import { domErrorName } from "../dom_error";
import type { PageErrorCode } from "../messages";

/** What keeps the person from being heard, until something else is. */
export const MICROPHONE_FAULTS = [
  "insecure_context",
  "microphone_denied",
  "microphone_missing",
  "microphone_lost",
  "microphone_silent",
  "stream_unusable",
  "worklet_failed",
] as const satisfies readonly PageErrorCode[];

export type MicrophoneFault = (typeof MICROPHONE_FAULTS)[number];

export class MicrophoneError extends Error {
  override readonly name = "MicrophoneError";

  constructor(
    readonly code: MicrophoneFault,
    cause?: unknown,
  ) {
    super(cause instanceof Error && cause.message !== "" ? cause.message : code, { cause });
  }
}

export interface Source {
  /** Sources of one key are the same. */
  readonly key: string;
  /** Whether its end is a loss; other sound may end and begin again. */
  readonly lasting: boolean;
  /**
   * Hand over its tracks, now and later, which are then the receiver's to stop.
   *
   * @throws MicrophoneError with the code of what stands in the way.
   */
  open(onTrack: (track: MediaStreamTrack) => void, life: AbortSignal): Promise<void>;
}

const CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

/** A microphone by its device's id; "" for whichever the browser takes. */
export function deviceSource(id: string): Source {
  const audio = id === "" ? CONSTRAINTS : { ...CONSTRAINTS, deviceId: { exact: id } };
  return {
    key: `device:${id}`,
    lasting: true,
    async open(onTrack) {
      // Browsers hide mediaDevices from pages that are neither https nor localhost, whatever the types say.
      const devices: MediaDevices | undefined = navigator.mediaDevices;
      if (devices === undefined) throw new MicrophoneError("insecure_context");
      try {
        const stream = await devices.getUserMedia({ audio });
        for (const track of stream.getTracks()) onTrack(track);
      } catch (cause) {
        throw new MicrophoneError(faultOf(cause), cause);
      }
    },
  };
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
