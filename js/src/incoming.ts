/** What the kernel tells, passed on to whoever it concerns. */

import { type Conversation, isRunning } from "./conversation";
import type { ExtrasLoader } from "./extras_loader";
import type { Figures } from "./figures";
import type { Media } from "./media";
import type { ToPage } from "./messages";
import type { Notices } from "./notices";
import type { OwnPage } from "./own_page";
import type { Participation } from "./participation";
import type { Reconnection } from "./reconnection";
import type { Settings } from "./settings";
import { keepReturnToken } from "./standalone/tab_token";

export interface Receivers {
  conversation: Conversation;
  participation: Participation;
  media: Media;
  settings: Settings;
  figures: Figures;
  notices: Notices;
  ownPage: OwnPage;
  extras: ExtrasLoader;
  reconnection: Reconnection;
}

export function receive(message: ToPage, to: Receivers): void {
  switch (message.type) {
    case "welcome":
      // Before anybody presses Start in vain.
      if (!window.isSecureContext) to.notices.addPage("insecure_context");
      to.settings.onWelcome();
      to.figures.forget();
      to.media.onWelcome();
      to.participation.onWelcome(message.owner, message.owned);
      break;
    case "owner":
      to.participation.onOwner(message.owner, message.owned);
      break;
    case "state":
      takeState(message, to);
      break;
    case "return_token":
      keepReturnToken(message.token);
      break;
    case "link":
      to.ownPage.onLink(message.url);
      break;
    case "extras":
      void to.extras.take(message.script);
      break;
    case "traits":
      to.settings.onTraits(message);
      break;
    case "latency":
      to.figures.onLatency(message);
      break;
    case "ping":
      to.figures.onPing(message);
      break;
    case "progress":
      to.conversation.setPreparation(message);
      to.participation.onProgress();
      break;
    case "hint":
      to.notices.addHint(message.text);
      break;
    case "turns": {
      const interrupted = to.conversation.setTurns(message);
      // The mark may come after the next answer has begun, which it must not silence.
      if (interrupted && to.conversation.status.peek() === "listening") to.media.voice.flush();
      break;
    }
    case "tool_call":
      to.conversation.setToolCall(message);
      break;
    case "offer":
      to.media.onOffer(message);
      break;
    case "ice_candidate":
      to.media.calls.onCandidate(message);
      break;
    case "close_peer":
      to.media.calls.onClose(message.peer);
      break;
    case "media_path":
      to.media.onPath(message);
      break;
    case "recording":
      to.conversation.setRecording(message);
      if (message.state === "asked") to.extras.want();
      break;
    case "flush_voice":
      to.media.voice.flush();
      break;
    case "error":
      to.notices.addKernel(message.error);
      to.participation.onError();
      break;
  }
}

function takeState(
  { status, error, retry }: Extract<ToPage, { type: "state" }>,
  { conversation, participation, media, reconnection }: Receivers,
): void {
  const ran = isRunning(conversation.status.peek() ?? "idle");
  conversation.setState(status, error);
  reconnection.follow(status === "reconnecting" ? retry : null);
  media.voice.onStatus(status);
  participation.onState(status, error, ran);
}
