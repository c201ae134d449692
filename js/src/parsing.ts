/** The check of what the kernel says: whatever is not well-formed is left out, or null. */

import {
  type Invitation,
  type KernelError,
  type Retry,
  type Status,
  TOOL_STATES,
  type ToPage,
  type Turn,
  type TurnDetection,
} from "./messages";

const STATUSES: readonly string[] = [
  "idle",
  "connecting",
  "listening",
  "thinking",
  "speaking",
  "reconnecting",
  "failed",
  "closed",
] satisfies Status[];

type Fields = Record<string, unknown>;

/** A text frame of the gateway as a message; null for whatever this page does not understand. */
export function parseToPage(text: string): ToPage | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  return isFields(data) ? toMessage(data) : null;
}

/** A widget message as an invitation to the gateway; null for any other. */
export function parseInvitation(content: unknown): Invitation | null {
  if (!isFields(content) || content.type !== "gateway") return null;
  const { url, token, page, proxy_path: path, proxy_token } = content;
  if (typeof url !== "string" || typeof token !== "string" || !/^wss?:\/\//.test(url)) return null;
  const proxied = typeof path === "string" && typeof proxy_token === "string";
  return { page: textOf(page), url, token, proxy: proxied ? { path, token: proxy_token } : null };
}

export function parseStatus(value: unknown): Status | null {
  return typeof value === "string" && STATUSES.includes(value) ? (value as Status) : null;
}

export function parseError(value: unknown): KernelError | null {
  if (!isFields(value) || typeof value.message !== "string") return null;
  return { code: textOf(value.code), message: value.message, hint: textOf(value.hint) };
}

/** The id of the widget that a value refers to, as ipywidgets writes references; null where it is none. */
export function parseWidgetId(value: unknown): string | null {
  return /^IPY_MODEL_(.+)/.exec(textOf(value))?.[1] ?? null;
}

/** The well-formed turns of a list, in its order. */
export function parseTurns(value: unknown): Turn[] {
  if (!Array.isArray(value)) return [];
  return value.map(parseTurn).filter((turn) => turn !== null);
}

/** How the end of a turn is told; Python may have given only its name. */
export function parseTurnDetection(value: unknown): TurnDetection | null {
  if (typeof value === "string") return { type: value };
  return isFields(value) ? { ...value, type: textOf(value.type) || "server_vad" } : null;
}

function toMessage(data: Fields): ToPage | null {
  switch (data.type) {
    case "welcome":
    case "owner":
      return { type: data.type, owner: data.owner === true, owned: data.owned === true };
    case "state": {
      const status = parseStatus(data.status);
      return (
        status && { type: "state", status, error: parseError(data.error), retry: parseRetry(data.retry) }
      );
    }
    case "traits":
      return isFields(data.values)
        ? { type: "traits", values: data.values, written: isCount(data.written) ? data.written : null }
        : null;
    case "return_token":
      return typeof data.token === "string" ? { type: "return_token", token: data.token } : null;
    case "link":
      // Becomes an address to click on: a page, and nothing that runs.
      return typeof data.url === "string" && /^http:\/\/127\.0\.0\.1:\d+\//.test(data.url)
        ? { type: "link", url: data.url }
        : null;
    case "latency":
      return typeof data.turn_id === "string" ? toLatency(data, data.turn_id) : null;
    case "pong":
      return typeof data.sent_ms === "number" ? { type: "pong", sent_ms: data.sent_ms } : null;
    case "progress":
      return typeof data.what === "string"
        ? { type: "progress", what: data.what, share: shareOf(data.share) }
        : null;
    case "hint":
      return typeof data.text === "string" ? { type: "hint", text: data.text } : null;
    case "turns":
      return Array.isArray(data.turns)
        ? { type: "turns", reset: data.reset === true, turns: parseTurns(data.turns) }
        : null;
    case "tool_call":
      return toToolCall(data);
    case "offer":
      return toOffer(data);
    case "ice_candidate":
      return isCount(data.peer) && isFields(data.candidate)
        ? { type: "ice_candidate", peer: data.peer, candidate: toCandidate(data.candidate) }
        : null;
    case "close_peer":
      return isCount(data.peer) ? { type: "close_peer", peer: data.peer } : null;
    case "media_path":
      return toMediaPath(data);
    case "flush_voice":
      return { type: "flush_voice" };
    case "error": {
      const error = parseError(data.error);
      return error && { type: "error", error };
    }
    default:
      return null;
  }
}

function parseRetry(value: unknown): Retry | null {
  if (!isFields(value)) return null;
  const { attempt, attempts, at } = value;
  return isCount(attempt) && isCount(attempts) && typeof at === "number" && Number.isFinite(at)
    ? { attempt, attempts, at }
    : null;
}

function parseTurn(value: unknown): Turn | null {
  if (!isFields(value) || typeof value.id !== "string" || typeof value.text !== "string") return null;
  if (value.role !== "user" && value.role !== "avatar") return null;
  return {
    id: value.id,
    role: value.role,
    text: value.text,
    unheard: typeof value.unheard === "string" && value.text.endsWith(value.unheard) ? value.unheard : "",
    started_at: secondsOf(value.started_at),
    final: value.final !== false,
    interrupted: value.interrupted === true,
  };
}

function toLatency(data: Fields, turn_id: string): ToPage {
  const of = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
  return {
    type: "latency",
    turn_id,
    recognized_ms: of(data.recognized_ms),
    words_ms: of(data.words_ms),
    audio_ms: of(data.audio_ms),
    heard_ms: of(data.heard_ms),
  };
}

function toToolCall(data: Fields): ToPage | null {
  const { call_id, name } = data;
  const state = TOOL_STATES.find((known) => known === data.state);
  if (typeof call_id !== "string" || typeof name !== "string" || state === undefined) return null;
  return {
    type: "tool_call",
    call_id,
    name,
    arguments: isFields(data.arguments) ? data.arguments : {},
    state,
    result: typeof data.result === "string" ? data.result : null,
    started_at: secondsOf(data.started_at),
    progress: shareOf(data.progress),
    message: textOf(data.message),
  };
}

function toOffer(data: Fields): ToPage | null {
  const { peer, sdp } = data;
  if (!isCount(peer) || !isFields(sdp) || sdp.type !== "offer" || typeof sdp.sdp !== "string") return null;
  const servers = Array.isArray(data.ice_servers) ? data.ice_servers : [];
  return {
    type: "offer",
    peer,
    sdp: { type: "offer", sdp: sdp.sdp },
    ice_servers: servers.filter(
      (server) => isFields(server) && "urls" in server,
    ) as unknown as RTCIceServer[],
  };
}

function toMediaPath({ path, why }: Fields): ToPage | null {
  if (path === "gateway" && why === "relayed") return { type: "media_path", path, why };
  if (path !== "voice-only" || (why !== "no_decoder" && why !== "not_relayed")) return null;
  return { type: "media_path", path, why };
}

function toCandidate(data: Fields): RTCIceCandidateInit {
  const candidate: RTCIceCandidateInit = { candidate: textOf(data.candidate) };
  if (typeof data.sdpMid === "string") candidate.sdpMid = data.sdpMid;
  if (typeof data.sdpMLineIndex === "number") candidate.sdpMLineIndex = data.sdpMLineIndex;
  if (typeof data.usernameFragment === "string") candidate.usernameFragment = data.usernameFragment;
  return candidate;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function shareOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : null;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function secondsOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
