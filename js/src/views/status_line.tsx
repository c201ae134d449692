/** What the avatar is doing, in words and with a small sign of life; how loud the microphone hears. */

import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isRunning } from "../conversation";
import type { LinkState } from "../gateway/link";
import type { Strings } from "../strings";
import { asking } from "./approval";
import { useCharacterName, useController, useStrings } from "./context";
import { useMicrophoneBroken } from "./controls/call_actions";
import { ExtraView } from "./extra_view";
import { linkWords } from "./invitation";
import { Preparing } from "./preparing";
import { WayNote } from "./way_note";

/** Nobody is ready then, whatever the notebook was saved with. */
const UNREACHED: readonly LinkState[] = ["waiting", "absent", "restarted", "lost"];

export function StatusLine() {
  const controller = useController();
  const strings = useStrings();
  const status = controller.status.value;
  const retrying = controller.reconnection.value;
  // A tool that asks is waited for; of the avatar's voice nobody needs to be told while it is heard.
  const live =
    controller.conversation.asking.value !== null ? "assertive" : status === "speaking" ? "off" : "polite";
  return (
    <div class="nt-status-line">
      <div class="nt-status">
        <span class="nt-indicator" data-status={status} aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <div class="nt-status-words">
          <p role="status" aria-live={live}>
            {useWords(strings)}
          </p>
          {retrying && <ExtraView name="Retrying" />}
          <Preparing />
          <WayNote />
        </div>
      </div>
      {/* Nobody listens meanwhile. */}
      {controller.microphone.state.value === "on" && status !== "reconnecting" && <LevelMeter />}
    </div>
  );
}

function useWords(strings: Strings): string {
  const controller = useController();
  const name = useCharacterName();
  const status = controller.status.value;
  const link = controller.link.state.value;
  const deaf = useMicrophoneBroken();
  const asked = controller.conversation.asking.value;
  if (isRunning(status) && link !== "open") return linkWords(link, strings.link);
  if (status === "idle" && UNREACHED.includes(link)) return strings.notConnected;
  if (controller.renewing.value) return strings.pictureFrozen;
  if (asked !== null && isRunning(status)) return asking(strings.toolAsks, name, asked);
  if (status === "listening" && controller.owner.value) {
    if (deaf) return strings.textOnly;
    if (controller.traits.muted.value) return strings.listeningMuted;
    if (controller.talk.on.value && !controller.talk.held.value) return strings.talk.waiting;
  }
  return strings.status[status === "failed" && controller.conversation.neverBegan ? "unbegun" : status];
}

function LevelMeter() {
  const controller = useController();
  const meter = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const level = controller.microphone.level.value;
    meter.current?.style.setProperty("--nt-level", level.toFixed(2));
  });
  return (
    <span
      ref={meter}
      class="nt-meter"
      role="img"
      aria-label={useStrings().microphoneLevel}
      data-muted={controller.silenced.value}
    >
      <i />
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}
