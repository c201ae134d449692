/** What the page says, whatever the language. */

import type { Missing } from "../extras_loader";
import type { Way } from "../gateway/channel";
import type { Obstacle } from "../gateway/ladder";
import type { Insecurity } from "../insecurity";
import type { MediaPath, MediaWhy, Quality } from "../media_path";
import type { Decision, PageErrorCode, Status, ToolState } from "../messages";
import type { TurnEnd } from "../turn_end";

export type Locale = "en" | "zh";

export interface Advice {
  message: string;
  hint: string;
}

export interface KernelWords {
  /** What is replaced, as regular expressions, and by what; in this order. */
  phrases: readonly (readonly [english: string, own: string])[];
  /** What comes before an error's own words where no phrase tells of it: by its code, or "error" for any other. */
  errors: Readonly<Record<string, string>> & { error: string };
}

export interface Strings {
  aiAvatar: string;
  avatar: string;
  you: string;
  /** `unbegun`: it failed before it was one. */
  status: Record<Status | "unbegun", string>;
  /** `{seconds}`, `{attempt}` and `{attempts}` are numbers. */
  reconnection: Record<"next" | "soon" | "trying" | "tryNow", string>;
  preparing: string;
  notConnected: string;
  pictureFrozen: string;
  listeningMuted: string;
  textOnly: string;
  voiceOnly: string;
  /** By which way picture and voice come, and why. */
  mediaWhy: Record<MediaWhy, string>;
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
  talk: Record<"hold" | "letGo" | "key" | "waiting", string>;
  more: string;
  fullScreen: Record<"enter" | "leave", string>;
  pictureInPicture: Record<"enter" | "leave", string>;
  snapshot: Record<"take" | "taken", string>;
  /** `{name}` is a file's. */
  recording: Record<
    "start" | "stop" | "runs" | "ask" | "consent" | "kernel" | "agree" | "cancel" | "saved",
    string
  >;
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
  toolState: Record<ToolState, string>;
  /** `{name}` is the character, `{tool}` the function. */
  toolAsks: string;
  decision: Record<Decision, string>;
  decisionHint: Record<Decision, string>;
  dismiss: string;
  /** Why something cannot be shown yet that the page gets from the kernel. */
  extras: Record<Missing, string>;
  /** `{name}` is the character. */
  conversationWith: string;
  /** `used`: on a page of its own, which no cell brings back. */
  link: Record<"asking" | "waiting" | "absent" | "restarted" | "connecting" | "lost" | "used", string>;
  /** By which way this page reaches the kernel. */
  way: Record<Way, string>;
  /** Why not by a better one. */
  wayObstacle: Record<Obstacle, string>;
  /** Said while the conversation goes by the comm; and while it cannot, because a cell runs. */
  wayNote: string;
  wayPaused: string;
  /** What a front end keeps from widgets. */
  host: Record<"vscode" | "colab" | "no_microphone", string>;
  openInBrowser: string;
  settings: Record<
    | "title"
    | "close"
    | "microphone"
    | "speaker"
    | "browsersChoice"
    | "namesLater"
    | "stream"
    | "notThere"
    | "voice"
    | "ownVoice"
    | "turnEnd"
    | "instructions"
    | "instructionsHint"
    | "language",
    string
  >;
  turnEnd: Record<TurnEnd, string>;
  /** Where the conversation comes from, and how long its answers took; `{ms}` is a number with its unit. */
  details: Record<
    | "title"
    | "way"
    | "roundTrip"
    | "media"
    | "offset"
    | "answers"
    | "recognized"
    | "words"
    | "sound"
    | "heard",
    string
  > & {
    quality: Record<Quality, string>;
    path: Record<Exclude<MediaPath["path"], "none">, string>;
    picture: Record<"inTime" | "late" | "early", string>;
  };
  /** What to change where a page is not secure; `{host}` and `{port}` are its own. */
  insecure: Record<Insecurity, string>;
  pageError: Record<PageErrorCode, Advice>;
  /** What the kernel says, which is English. */
  kernel: KernelWords;
}
