/**
 * What the kernel says, as far as the page must look at it.
 *
 * Messages come from our own kernel over a connection that has shown its token, and are taken at their word, but for
 * what becomes an address. Traits may come from the file of a notebook, which somebody else has written.
 */

import type { Invitation, KernelError, Status, ToPage, Turn, TurnDetection } from "./messages";

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

/** A text frame of the gateway as a message; null where it is none, lacks what is shown, or would lead elsewhere. */
export function parseToPage(text: string): ToPage | null {
  let message: ToPage | null;
  try {
    message = JSON.parse(text) as ToPage | null;
  } catch {
    return null;
  }
  switch (message?.type) {
    case "link":
      // Becomes an address to click on: a page, and nothing that runs.
      return /^http:\/\/127\.0\.0\.1:\d+\//.test(textOf(message.url)) ? message : null;
    case "state":
      return parseStatus(message.status) && { ...message, error: parseError(message.error) };
    case "turns":
      return Array.isArray(message.turns) ? { ...message, turns: parseTurns(message.turns) } : null;
    default:
      return typeof message?.type === "string" ? message : null;
  }
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
  return STATUSES.includes(textOf(value)) ? (value as Status) : null;
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
  return Array.isArray(value) ? value.filter(isTurn) : [];
}

/** How the end of a turn is told; Python may have given only its name. */
export function parseTurnDetection(value: unknown): TurnDetection | null {
  if (typeof value === "string") return { type: value };
  return isFields(value) ? { ...value, type: textOf(value.type) || "server_vad" } : null;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isTurn(value: unknown): value is Turn {
  if (!isFields(value) || (value.role !== "user" && value.role !== "avatar")) return false;
  const { id, text, unheard, started_at } = value;
  return [id, text, unheard].every((each) => typeof each === "string") && Number.isFinite(started_at);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
