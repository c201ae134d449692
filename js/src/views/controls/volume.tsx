/** How loud the avatar is. */

import { useController, useStrings } from "../context";
import { VolumeIcon } from "../icons";

export function Volume() {
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
        onInput={(event) => controller.settings.write("volume", event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
