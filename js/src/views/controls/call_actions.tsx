/** Speaking and being spoken to: microphone, interruption, captions, the end. */

import { useController, useStrings } from "../context";
import { CaptionsIcon, InterruptIcon, MicrophoneIcon, MicrophoneOffIcon, StopIcon } from "../icons";
import { Action } from "./action";

/** Mutes and unmutes; after a refusal or a loss it asks for the microphone again. */
export function MicrophoneAction() {
  const controller = useController();
  const strings = useStrings();
  const { muted } = controller.traits;
  if (useMicrophoneBroken()) {
    return (
      <Action name="mute" label={strings.retryMicrophone} onClick={() => controller.retryMicrophone()}>
        <MicrophoneOffIcon />
      </Action>
    );
  }
  return (
    <Action
      name="mute"
      label={muted.value ? strings.unmute : strings.mute}
      on={muted.value}
      onClick={() => controller.settings.write("muted", !muted.peek())}
    >
      {muted.value ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
    </Action>
  );
}

/** This page should hear the person, and cannot. */
export function useMicrophoneBroken(): boolean {
  const controller = useController();
  const state = controller.microphone.state.value;
  return controller.owner.value && state !== "off" && state !== "opening" && state !== "on";
}

export function InterruptAction() {
  const controller = useController();
  const status = controller.status.value;
  const busy = status === "speaking" || status === "thinking";
  return (
    <Action
      name="interrupt"
      label={useStrings().interrupt}
      disabled={!controller.running.value || !busy}
      onClick={() => controller.interrupt()}
    >
      <InterruptIcon />
    </Action>
  );
}

export function CaptionsAction() {
  const controller = useController();
  const { captions } = controller.traits;
  return (
    <Action
      name="captions"
      label={useStrings().captions}
      pressed={captions.value}
      onClick={() => controller.settings.write("captions", !captions.peek())}
    >
      <CaptionsIcon />
    </Action>
  );
}

export function StopAction() {
  const controller = useController();
  return (
    <Action name="stop" label={useStrings().stop} onClick={() => controller.stop()}>
      <StopIcon />
    </Action>
  );
}
