/** What the page says, whatever the language. */

import type { PageErrorCode, Status } from "../messages";

export type Locale = "en" | "zh";

export interface Advice {
  message: string;
  hint: string;
}

export interface Strings {
  aiAvatar: string;
  avatar: string;
  you: string;
  status: Record<Status, string>;
  /** `{seconds}`, `{attempt}` and `{attempts}` are numbers. */
  reconnection: Record<"next" | "soon" | "trying" | "tryNow", string>;
  /** What takes time before a conversation; `{what}` is in the kernel's own words. */
  preparation: Record<"Starting" | "Downloading" | "Loading", string>;
  preparing: string;
  pictureFrozen: string;
  listeningMuted: string;
  textOnly: string;
  voiceOnly: string;
  start: string;
  startAgain: string;
  startHint: string;
  stop: string;
  takeOver: string;
  continueHere: string;
  ownedElsewhere: string;
  ownedByNobody: string;
  mute: string;
  unmute: string;
  interrupt: string;
  captions: string;
  volume: string;
  playSound: string;
  microphoneLevel: string;
  retryMicrophone: string;
  messageLabel: string;
  messagePlaceholder: string;
  messageIdle: string;
  messageReconnecting: string;
  send: string;
  transcript: string;
  transcriptEmpty: string;
  transcriptShortened: string;
  toLatest: string;
  interrupted: string;
  unheard: string;
  tool: string;
  toolState: Record<"running" | "done" | "failed", string>;
  toolResult: string;
  dismiss: string;
  /** `{name}` is the character. */
  conversationWith: string;
  link: Record<"asking" | "waiting" | "absent" | "connecting" | "lost", string>;
  pageError: Record<PageErrorCode, Advice>;
}
