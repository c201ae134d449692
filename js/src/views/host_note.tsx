/** What the front end around this widget keeps from it, and what to do. */

import { useSignal } from "@preact/signals";
import { host } from "../host";
import { CloseButton } from "./button";
import { useStrings } from "./context";
import { HintIcon } from "./icons";
import { OpenInBrowser } from "./open_in_browser";

export function HostNote() {
  const strings = useStrings();
  const read = useSignal(false);
  const here = host();
  if (here === "notebook" || here === "own_page" || read.value) return null;
  return (
    <div class="nt-notice nt-host" data-code="hint" role="note">
      <HintIcon />
      <div class="nt-notice-words">
        <p class="nt-notice-hint">{strings.host[here]}</p>
        <OpenInBrowser />
      </div>
      <CloseButton
        label={strings.dismiss}
        onClick={() => {
          read.value = true;
        }}
      />
    </div>
  );
}
