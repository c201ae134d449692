/**
 * What page and kernel say to each other.
 *
 * `ready` and `gateway` travel as widget messages, everything else over the gateway's WebSocket.
 * `tests/wire/page_messages.json` holds a sample of each; both languages read it.
 */

export type Status =
  | "idle"
  | "connecting"
  | "listening"
  | "thinking"
  | "speaking"
  | "reconnecting"
  | "failed"
  | "closed";

export interface KernelError {
  code: string;
  message: string;
  hint: string;
}

export interface Turn {
  id: string;
  role: "user" | "avatar";
  text: string;
  /** The end of the text that nobody heard, because it was cut off; often empty. */
  unheard: string;
  /** Seconds since 1970. */
  started_at: number;
  final: boolean;
  interrupted: boolean;
}

export interface ToolCall {
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  state: "running" | "done" | "failed";
  result: string | null;
  started_at: number;
}

/** The next try to bring a lost conversation back. */
export interface Retry {
  /** Counts from 1. */
  attempt: number;
  attempts: number;
  /** Seconds since 1970, by the kernel's clock; in the past: it is being tried. */
  at: number;
}

/** What takes time before the conversation can begin. */
export interface Preparation {
  /** In the kernel's words. */
  what: string;
  /** How much of it is done, 0 to 1; null where that is unknown. */
  share: number | null;
}

export interface GatewayAddress {
  url: string;
  token: string;
}

const PAGE_ERROR_CODES = [
  "microphone_denied",
  "microphone_missing",
  "microphone_lost",
  "insecure_context",
  "webrtc_failed",
  "autoplay_blocked",
  "worklet_failed",
] as const;

export type PageErrorCode = (typeof PAGE_ERROR_CODES)[number];

/** Whether an error is one that a page has found and told: it knows more of it than the kernel. */
export function isPageError(error: KernelError): boolean {
  return (PAGE_ERROR_CODES as readonly string[]).includes(error.code);
}

export type MediaState = "connecting" | "connected" | "frozen" | "failed" | "closed";

export type ToKernel =
  | { type: "hello"; token: string }
  | { type: "start" }
  | { type: "stop" }
  | { type: "take_over" }
  | { type: "send_text"; text: string }
  | { type: "interrupt" }
  | { type: "reconnect_now" }
  | { type: "answer"; peer: number; sdp: { type: "answer"; sdp: string } }
  | { type: "ice_candidate"; peer: number; candidate: RTCIceCandidateInit }
  | { type: "media_state"; peer: number; state: MediaState; audio_track: boolean; video_track: boolean }
  | { type: "first_frame"; peer: number; elapsed_ms: number }
  /** How much later than its arrival from the service the voice is heard; null: it is not. */
  | { type: "playback"; delay_ms: number | null }
  | { type: "page_error"; code: PageErrorCode; message: string };

export type ToPage =
  | { type: "welcome"; owner: boolean; owned: boolean }
  | { type: "state"; status: Status; error: KernelError | null; retry: Retry | null }
  /** Without words: nothing takes time any more. */
  | ({ type: "progress" } & Preparation)
  /** What the person should know once, and need not do anything about. */
  | { type: "hint"; text: string }
  | { type: "turns"; reset: boolean; turns: Turn[] }
  | ({ type: "tool_call" } & ToolCall)
  | { type: "owner"; owner: boolean; owned: boolean }
  | { type: "offer"; peer: number; sdp: { type: "offer"; sdp: string }; ice_servers: RTCIceServer[] }
  | { type: "ice_candidate"; peer: number; candidate: RTCIceCandidateInit }
  | { type: "close_peer"; peer: number }
  | { type: "flush_voice" }
  | { type: "error"; error: KernelError };
