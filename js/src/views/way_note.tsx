/** Said while the conversation goes by the comm: that it may pause while a cell runs, and when it does. */

import { useController, useStrings } from "./context";

export function WayNote() {
  const { link } = useController();
  const strings = useStrings();
  const shown = link.way.value === "comm";
  return (
    <p class="nt-way-note" role="status" hidden={!shown} data-paused={link.paused.value}>
      {shown && (link.paused.value ? strings.wayPaused : strings.wayNote)}
    </p>
  );
}
