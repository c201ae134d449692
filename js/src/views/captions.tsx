/** The newest words of both sides, over the video. */

import { useRef } from "preact/hooks";
import { heardOf, isRunning } from "../conversation";
import type { Turn } from "../messages";
import { useCharacterName, useController } from "./context";

export function Captions() {
  const controller = useController();
  const name = useCharacterName();
  const turns = controller.conversation.turns.value;
  const status = controller.status.value;
  const captions = controller.traits.captions.value;
  const read = useRef<string | undefined>(undefined);
  const aloud = useRef("");

  const spoken = turns.findLast((turn) => turn.role === "avatar" && turn.final && !turn.interrupted);
  if (!controller.owner.value || !isRunning(status)) {
    read.current = spoken?.id; // what another conversation ended with is no news in the next one
    aloud.current = "";
    return null;
  }
  // By a screen reader not word by word, which would never stop, nor over the voice, and each turn once.
  if (status === "speaking") aloud.current = "";
  else if (spoken && spoken.id !== read.current) {
    read.current = spoken.id;
    aloud.current = captions ? `${name}: ${spoken.text}` : "";
  }
  const shown = latestExchange(turns);
  return (
    <>
      {captions && shown.length > 0 && (
        <div class="nt-captions" aria-hidden="true">
          {shown.map((turn) => (
            <p
              key={turn.id}
              class={`nt-caption nt-caption-${turn.role} ${turn === shown.at(-1) ? "" : "nt-caption-before"}`}
              dir="auto"
            >
              <span>{heardOf(turn)}</span>
            </p>
          ))}
        </div>
      )}
      <p class="nt-unseen" aria-live="polite">
        {aloud.current}
      </p>
    </>
  );
}

/** The newest turn, and before an avatar's the user's it answers. */
function latestExchange(turns: readonly Turn[]): Turn[] {
  const spoken = turns.filter((turn) => heardOf(turn) !== "");
  const last = spoken.at(-1);
  const before = spoken.at(-2);
  if (last === undefined) return [];
  return last.role === "avatar" && before?.role === "user" ? [before, last] : [last];
}
