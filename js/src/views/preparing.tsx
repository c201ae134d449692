/** What takes time before the conversation can begin: in words, with a bar and how much of it is done. */

import type { Strings } from "../strings";
import { useController, useStrings } from "./context";
import { ProgressBar } from "./progress_bar";

export function Preparing() {
  const strings = useStrings();
  const preparation = useController().conversation.preparation.value;
  const share = preparation?.share ?? null;
  const percent = share === null ? null : Math.round(100 * share);
  return (
    <div class="nt-preparing" hidden={preparation === null}>
      {/* The number changes too often to be read out; the bar has it for who asks. */}
      <p>
        <span aria-live="polite">{preparation && words(preparation.what, strings)}</span>
        {percent !== null && <span class="nt-percent" aria-hidden="true">{` ${percent} %`}</span>}
      </p>
      {preparation && <ProgressBar label={strings.preparing} share={share} />}
    </div>
  );
}

/** The kernel's words, in the person's language as far as they begin in a known way. */
function words(what: string, { preparation }: Strings): string {
  const [, verb, rest] = /^(Starting|Downloading|Loading) (.+)$/.exec(what) ?? [];
  return verb === undefined || rest === undefined
    ? what
    : preparation[verb as keyof Strings["preparation"]].replace("{what}", () => rest);
}
