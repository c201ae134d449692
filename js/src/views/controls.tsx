/** The row of buttons under the video. */

import type { ComponentChildren } from "preact";
import { isRunning } from "../conversation";
import { useController, useStrings } from "./context";
import {
  CaptionsIcon,
  InterruptIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  StopIcon,
  VolumeIcon,
} from "./icons";

export function Controls() {
  const controller = useController();
  const strings = useStrings();
  const { captions } = controller.traits;
  const status = controller.status.value;
  const running = controller.running.value;
  const busy = status === "speaking" || status === "thinking";
  return (
    <div class="nt-controls">
      <MicrophoneButton />
      <IconButton
        name="interrupt"
        label={strings.interrupt}
        disabled={!running || !busy}
        onClick={() => controller.interrupt()}
      >
        <InterruptIcon />
      </IconButton>
      <IconButton
        name="captions"
        label={strings.captions}
        pressed={captions.value}
        onClick={() => controller.traits.write("captions", !captions.peek())}
      >
        <CaptionsIcon />
      </IconButton>
      <Volume />
      {isRunning(status) && controller.link.state.value === "open" && (
        <button type="button" class="nt-button nt-stop" onClick={() => controller.stop()}>
          <StopIcon />
          {strings.stop}
        </button>
      )}
    </div>
  );
}

/** Mutes and unmutes; after a refusal or a loss it asks for the microphone again. */
function MicrophoneButton() {
  const controller = useController();
  const strings = useStrings();
  const { muted } = controller.traits;
  const state = controller.microphone.state.value;
  const broken = controller.owner.value && state !== "off" && state !== "opening" && state !== "on";
  if (broken) {
    return (
      <IconButton name="mute" label={strings.retryMicrophone} onClick={() => controller.retryMicrophone()}>
        <MicrophoneOffIcon />
      </IconButton>
    );
  }
  return (
    <IconButton
      name="mute"
      label={muted.value ? strings.unmute : strings.mute}
      pressed={muted.value}
      onClick={() => controller.traits.write("muted", !muted.peek())}
    >
      {muted.value ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
    </IconButton>
  );
}

interface IconButtonProps {
  name: string;
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

function IconButton({ name, label, pressed, disabled, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`nt-button nt-round nt-${name}-button`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

function Volume() {
  const controller = useController();
  const volume = controller.traits.volume.value;
  return (
    <label class="nt-volume">
      <VolumeIcon level={volume} />
      <input
        class="nt-slider"
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={volume}
        aria-label={useStrings().volume}
        style={{ "--nt-filled": `${Math.round(volume * 100)}%` }}
        onInput={(event) => controller.traits.write("volume", event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
