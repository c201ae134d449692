/** What lies over the stage while this page does not take part: Start, or take over, or why neither. */

import { isRunning } from "../conversation";
import type { LinkState } from "../gateway/link";
import { host, keepsMicrophone } from "../host";
import { Button } from "./button";
import { useController, useStrings } from "./context";
import { MicrophoneIcon } from "./icons";

export function Invitation() {
  const controller = useController();
  const strings = useStrings();
  const link = controller.link.state.value;
  const status = controller.status.value;
  const open = link === "open";
  if (open && isRunning(status)) return <Joining />;
  if (controller.owner.value && isRunning(status)) return null;
  const again = status === "failed" || status === "closed";
  return (
    <div class="nt-invitation">
      <Button kind="nt-primary nt-start" disabled={!open} onClick={() => controller.start()}>
        <MicrophoneIcon />
        {again ? strings.startAgain : strings.start}
      </Button>
      <p class="nt-invitation-hint">
        {open ? asksForMicrophone() && strings.startHint : linkWords(link, strings.link)}
      </p>
    </div>
  );
}

function asksForMicrophone(): boolean {
  return window.isSecureContext && !keepsMicrophone();
}

/** A conversation that runs, but not here. */
function Joining() {
  const controller = useController();
  const strings = useStrings();
  if (controller.owner.value || controller.claiming.value) return null;
  const elsewhere = controller.owned.value;
  return (
    <div class="nt-invitation">
      <Button kind="nt-primary nt-take-over" onClick={() => controller.takeOver()}>
        <MicrophoneIcon />
        {elsewhere ? strings.takeOver : strings.continueHere}
      </Button>
      <p class="nt-invitation-hint">{elsewhere ? strings.ownedElsewhere : strings.ownedByNobody}</p>
    </div>
  );
}

export function linkWords(
  link: LinkState,
  words: Record<Exclude<LinkState, "off" | "open"> | "used", string>,
): string {
  if ((link === "absent" || link === "restarted") && host() === "own_page") return words.used;
  return link === "off" || link === "open" ? "" : words[link];
}
