/** Why a conversation was lost, and how it is being brought back, in words and seconds. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Progress } from "../reconnection";
import type { Strings } from "../strings";
import { Button } from "./button";
import { useController, useStrings } from "./context";

/** Outside of every live region: a countdown that is read aloud each second drowns all else. */
export function Retrying({ progress }: { progress: Progress }) {
  const controller = useController();
  const strings = useStrings();
  const error = controller.error.value;
  const tryNow = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const button = tryNow.current;
    return () => focusStop(button);
  }, []);
  return (
    <>
      {error !== null && <p class="nt-reason">{error.message}</p>}
      <p class="nt-retrying">{words(progress, strings)}</p>
      <Button
        ref={tryNow}
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

/** The button vanishes once it has done its work; a person at the keyboard goes on at Stop, not at the page's top. */
function focusStop(button: HTMLElement | null): void {
  if (button?.matches(":focus"))
    button.closest(".nt-root")?.querySelector<HTMLElement>(".nt-stop-button")?.focus();
}

function words({ attempt, attempts, seconds }: Progress, { reconnection }: Strings): string {
  const sentence =
    seconds === null ? reconnection.soon : seconds === 0 ? reconnection.trying : reconnection.next;
  return sentence
    .replace("{seconds}", String(seconds))
    .replace("{attempt}", String(attempt))
    .replace("{attempts}", String(attempts));
}
