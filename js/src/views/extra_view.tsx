/** A view of the extras: until they are there, words on where they are. */

import { useEffect } from "preact/hooks";
import { useController, useStrings } from "./context";

export function ExtraView({ name }: { name: "SettingsFields" | "Figures" | "TalkButton" | "Retrying" }) {
  const { extras } = useController();
  const strings = useStrings();
  useEffect(() => extras.want(), []);
  const View = extras.there.value?.[name];
  return View ? (
    <View />
  ) : (
    <p class="nt-aside" role="status">
      {strings.extras[extras.missing.value]}
    </p>
  );
}
