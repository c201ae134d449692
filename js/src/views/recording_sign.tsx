/**
 * The sign that somebody records.
 *
 * It is in the script that the page begins with, not in the extras: where it could not be shown, nobody is recorded.
 */

import type { ComponentChildren } from "preact";
import { Button } from "./button";
import { useController, useStrings } from "./context";
import { StopIcon } from "./icons";

/** Lies there for as long as the kernel records, whoever has begun it. */
export function KernelRecordingSign() {
  const controller = useController();
  if (controller.conversation.recording.value !== "on") return null;
  return <Sign onStop={() => controller.stopRecording()} />;
}

export function Sign({ onStop, children }: { onStop: () => void; children?: ComponentChildren }) {
  const { recording } = useStrings();
  return (
    <span class="nt-chip nt-recording">
      <i />
      <span>{recording.runs}</span>
      {children}
      <Button kind="nt-round nt-stop-recording" label={recording.stop} onClick={onStop}>
        <StopIcon />
      </Button>
    </span>
  );
}
