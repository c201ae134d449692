/** Typing instead of speaking. */

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { isRunning } from "../conversation";
import { Button } from "./button";
import { useController, useStrings } from "./context";
import { SendIcon } from "./icons";

/** Preact's own ids are the same in every view of the page. */
const newHintId = (() => {
  let ids = 0;
  return () => `nt-composer-hint-${++ids}`;
})();

export function Composer() {
  const controller = useController();
  const strings = useStrings();
  const text = useSignal("");
  const status = controller.status.value;
  const running = isRunning(status);
  const ready = controller.running.value && status !== "reconnecting";
  const hint = useMemo(newHintId, []);
  const send = (event: Event) => {
    event.preventDefault();
    const message = text.peek().trim();
    if (message === "" || !ready) return;
    controller.sendText(message);
    text.value = "";
  };
  return (
    <form class="nt-composer" onSubmit={send}>
      <input
        class="nt-input"
        type="text"
        dir="auto"
        autoComplete="off"
        aria-label={strings.messageLabel}
        placeholder={running ? strings.messagePlaceholder : strings.messageIdle}
        // Not disabled, which would take the focus away from who types while the conversation breaks off.
        readOnly={!running}
        aria-describedby={running && !ready ? hint : undefined}
        value={text}
        onInput={(event) => (text.value = event.currentTarget.value)}
        // JupyterLab keeps the browser's own submission by Enter from a cell's output. While an input method composes,
        // Enter chooses a word.
        onKeyDown={(event) => event.key === "Enter" && !event.isComposing && send(event)}
      />
      <Button
        type="submit"
        kind="nt-round nt-primary nt-send"
        label={strings.send}
        // Not disabled with the text: Enter pressed before the next paint would find it disabled, and be lost.
        aria-disabled={text.value.trim() === "" || !ready}
      >
        <SendIcon />
      </Button>
      {running && !ready && (
        <p class="nt-composer-hint" id={hint}>
          {strings.messageReconnecting}
        </p>
      )}
    </form>
  );
}
