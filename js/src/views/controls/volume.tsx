/** How loud the avatar is. */

import { useController, useStrings } from "../context";
import { VolumeIcon } from "../icons";

export function Volume() {
  const controller = useController();
  const volume = controller.traits.volume.value;
  const percent = `${Math.round(volume * 100)}%`;
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
        aria-valuetext={percent}
        style={{ "--nt-filled": percent }}
        onInput={(event) => controller.settings.write("volume", event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
