/** The check of what the kernel says: whatever is not well-formed is left out, or null. */

import type { GatewayAddress, KernelError, Retry, Status, ToPage, Turn } from "./messages";

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

/** A widget message as the gateway's address; null for any other. */
export function parseGatewayAddress(content: unknown): GatewayAddress | null {
  if (!isFields(content) || content.type !== "gateway") return null;
  const { url, token } = content;
  if (typeof url !== "string" || typeof token !== "string") return null;
  return /^wss?:\/\//.test(url) ? { url, token } : null;
}

export function parseStatus(value: unknown): Status | null {
  return typeof value === "string" && STATUSES.includes(value) ? (value as Status) : null;
}

export function parseError(value: unknown): KernelError | null {
  if (!isFields(value) || typeof value.message !== "string") return null;
  return { code: textOf(value.code), message: value.message, hint: textOf(value.hint) };
}

/** The well-formed turns of a list, in its order. */
export function parseTurns(value: unknown): Turn[] {
  if (!Array.isArray(value)) return [];
  return value.map(parseTurn).filter((turn) => turn !== null);
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

function toToolCall(data: Fields): ToPage | null {
  const { call_id, name, state } = data;
  if (typeof call_id !== "string" || typeof name !== "string") return null;
  if (state !== "running" && state !== "done" && state !== "failed") return null;
  return {
    type: "tool_call",
    call_id,
    name,
    arguments: isFields(data.arguments) ? data.arguments : {},
    state,
    result: typeof data.result === "string" ? data.result : null,
    started_at: secondsOf(data.started_at),
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

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function secondsOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
