/** Why a conversation was lost, and how it is being brought back, in words and seconds. */

import type { Progress } from "../reconnection";
import type { Strings } from "../strings";
import { ownError } from "../strings/kernel";
import { Button } from "./button";
import { useController, useStrings } from "./context";

/** Outside of every live region: a countdown that is read aloud each second drowns all else. */
export function Retrying() {
  const controller = useController();
  const strings = useStrings();
  const error = controller.error.value;
  const progress = controller.reconnection.value;
  if (progress === null) return null;
  return (
    <>
      {error !== null && <p class="nt-reason">{ownError(error, strings).message}</p>}
      <p class="nt-retrying">{words(progress, strings)}</p>
      <Button
        kind="nt-small nt-try-now"
        // Not disabled, which would take the keyboard's focus away.
        aria-disabled={progress.asked}
        onClick={() => !progress.asked && controller.reconnectNow()}
      >
        {strings.reconnection.tryNow}
      </Button>
    </>
  );
}

function words({ attempt, attempts, seconds }: Progress, { reconnection }: Strings): string {
  const sentence =
    seconds === null ? reconnection.soon : seconds === 0 ? reconnection.trying : reconnection.next;
  return sentence
    .replace("{seconds}", String(seconds))
    .replace("{attempt}", String(attempt))
    .replace("{attempts}", String(attempts));
}
