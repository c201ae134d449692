/** What takes time before the conversation can begin: in words, with a bar and how much of it is done. */

import { ownWords } from "../strings/kernel";
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
        <span aria-live="polite">{preparation && ownWords(preparation.what, strings)}</span>
        {percent !== null && <span class="nt-percent" aria-hidden="true">{` ${percent} %`}</span>}
      </p>
      {preparation && <ProgressBar label={strings.preparing} share={share} />}
    </div>
  );
}
