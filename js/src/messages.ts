/**
 * What page and kernel say to each other.
 *
 * `ready` and `gateway` travel as widget messages, everything else over the gateway's WebSocket.
 * `tests/wire/page_messages.json` holds a sample of each; both languages read it.
 */

import type { VideoCodec } from "./gateway/frames";

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

export const TOOL_STATES = ["awaiting_approval", "running", "done", "failed", "denied", "cancelled"] as const;

export type ToolState = (typeof TOOL_STATES)[number];

/** The person's word on a call that awaits approval; "always" allows the tool's further calls too. */
export const DECISIONS = ["allow", "deny", "always"] as const;

export type Decision = (typeof DECISIONS)[number];

export interface ToolCall {
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  state: ToolState;
  result: string | null;
  started_at: number;
  /** How much of it is done, 0 to 1; null where the tool does not tell. */
  progress: number | null;
  /** What the tool is doing, in its own words. */
  message: string;
}

/** The next try to bring a lost conversation back. */
export interface Retry {
  /** Counts from 1. */
  attempt: number;
  attempts: number;
  /** Seconds since 1970, by the kernel's clock; in the past: it is being tried. */
  at: number;
}

/** When the service takes a turn of the person for ended; null in its place: when the person says so. */
export interface TurnDetection {
  type: string;
  threshold?: number;
  silence_duration_ms?: number;
  eagerness?: string;
}

/** How long an answer took, since the person had finished; null: not known, or not yet. */
export interface Latency {
  turn_id: string;
  recognized_ms: number | null;
  words_ms: number | null;
  audio_ms: number | null;
  heard_ms: number | null;
}

/** What takes time before the conversation can begin. */
export interface Preparation {
  /** In the kernel's words, which are English. */
  what: string;
  /** How much of it is done, 0 to 1; null where that is unknown. */
  share: number | null;
}

/** What the kernel does about a recording of its own. */
export interface KernelRecording {
  state: "off" | "asked" | "on";
  /** Seconds since 1970. */
  started_at: number | null;
}

/** A microphone or a speaker, as browsers name them. */
export interface Device {
  id: string;
  kind: "audioinput" | "audiooutput";
  label: string;
}

/** The ways to the gateway for one page; each has a token of its own, which is good once. */
export interface Invitation {
  /** How the invited page calls itself; empty where only one can be meant. */
  page: string;
  url: string;
  token: string;
  /** A path below the notebook server. */
  proxy: { path: string; token: string } | null;
}

/** The traits of the widget that a page may set. */
export type WritableTrait =
  | "muted"
  | "volume"
  | "captions"
  | "locale"
  | "voice"
  | "instructions"
  | "turn_detection"
  | "microphone"
  | "speaker"
  | "push_to_talk";

export type PageErrorCode =
  | "microphone_denied"
  | "microphone_missing"
  | "microphone_lost"
  | "microphone_silent"
  | "insecure_context"
  | "webrtc_failed"
  | "autoplay_blocked"
  | "worklet_failed"
  | "microphone_replaced"
  | "speaker_replaced"
  | "stream_unusable";

export type MediaState = "connecting" | "connected" | "frozen" | "failed" | "closed";

/** Which page comes, and which of its connections this is: an earlier one may be dead without the kernel's knowing. */
export interface Visit {
  /** How the page calls itself. */
  name: string;
  connection: number;
}

export type ToKernel =
  | ({ type: "hello"; token: string } & Visit)
  | { type: "start" }
  | { type: "stop" }
  | { type: "take_over" }
  | { type: "send_text"; text: string }
  /** The person holds the button to talk, and lets go of it. */
  | { type: "talk_begin" }
  | { type: "talk_end" }
  | { type: "interrupt" }
  | { type: "approve"; call_id: string; decision: Decision }
  /** Whether what is said may be recorded in the kernel; and that it is to end. */
  | { type: "may_record"; agreed: boolean }
  | { type: "stop_recording" }
  | { type: "reconnect_now" }
  | { type: "answer"; peer: number; sdp: { type: "answer"; sdp: string } }
  | { type: "ice_candidate"; peer: number; candidate: RTCIceCandidateInit }
  | { type: "media_state"; peer: number; state: MediaState; audio_track: boolean; video_track: boolean }
  | { type: "first_frame"; elapsed_ms: number }
  /** Which pictures can be sent here over the gateway. */
  | { type: "decoders"; codecs: readonly VideoCodec[] }
  /** The gateway's pictures go on with one that can be understood by itself. */
  | { type: "key_frame" }
  /** How much later than its arrival from the service the voice is heard; null: it is not. */
  | { type: "playback"; delay_ms: number | null; offset_ms: number | null }
  /** An answer began to be heard; times are milliseconds since 1970, by this page's clock. */
  | { type: "voice_heard"; at_ms: number; offset_ms: number | null }
  /** One that was flushed has fallen silent. */
  | { type: "voice_silent"; at_ms: number }
  /** `number` counts what this page sets. */
  | { type: "set_trait"; name: WritableTrait; value: unknown; number: number }
  /** Wants a link for a page of the conversation's own. */
  | { type: "ask_link" }
  /** Wants the part of its script that it began without. */
  | { type: "ask_extras" }
  /** Those that this page has, by its browser's names. */
  | { type: "devices"; devices: readonly Device[] }
  /** Answers a ping, with its time and this page's. */
  | { type: "pong"; sent_ms: number; received_ms: number; answered_ms: number }
  | { type: "page_error"; code: PageErrorCode; message: string };

export type ToPage =
  | { type: "welcome"; owner: boolean; owned: boolean }
  /** For a page that no notebook invites again. */
  | { type: "return_token"; token: string }
  | { type: "link"; url: string }
  | { type: "extras"; script: string }
  /** The widget's traits, or those that have changed; `written` answers this page's `set_trait`. */
  | { type: "traits"; values: Record<string, unknown>; written: number | null }
  | ({ type: "latency" } & Latency)
  /** What time is it here? `round_trip_ms` is what the ping before took. */
  | { type: "ping"; sent_ms: number; round_trip_ms: number | null }
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
  /** By which way the media come where WebRTC brings none. */
  | { type: "media_path"; path: "gateway" | "voice-only"; why: "relayed" | "no_decoder" | "not_relayed" }
  /** Whether what is said is recorded in the kernel, or the person is asked; since when by the kernel's clock. */
  | ({ type: "recording" } & KernelRecording)
  | { type: "flush_voice" }
  | { type: "error"; error: KernelError };
