/** One connection to the gateway, whatever carries it, and what it tells of itself. */

import type { ToKernel, ToPage } from "../messages";
import { parseToPage } from "../parsing";
import { decodeMedia, type MediaFrame } from "./frames";
import type { AudioSink } from "./uplink";

/** The ways to the kernel, best first. */
export type Way = "loopback" | "proxy" | "comm";

export interface ChannelEvents {
  onMessage(message: ToPage): void;
  onMedia(frame: MediaFrame): void;
  /** What was sent is not taken for a while, because a cell runs; or it is again. */
  onPaused(paused: boolean): void;
  /** The connection ended by itself or by the kernel; not called when our signal ended it. */
  onClose(): void;
}

export interface Channel extends AudioSink {
  sendMessage(message: ToKernel): void;
}

/** Pass on what the gateway has sent; what this page does not understand is left out. */
export function deliver(data: string | ArrayBuffer, events: ChannelEvents): void {
  if (typeof data === "string") {
    const message = parseToPage(data);
    if (message !== null) events.onMessage(message);
  } else {
    const frame = decodeMedia(data);
    if (frame !== null) events.onMedia(frame);
  }
}
