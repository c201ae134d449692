/** The newest words of both sides, over the video. */

import { useComputed } from "@preact/signals";
import { isRunning } from "../conversation";
import type { Turn } from "../messages";
import { useCharacterName, useController } from "./context";

export function Captions() {
  const controller = useController();
  const name = useCharacterName();
  const turns = useComputed(() => latestExchange(controller.conversation.turns.value));
  const shown = controller.owner.value && isRunning(controller.status.value);
  if (!shown) return null;
  // Read aloud once a turn is whole; word by word it would never stop.
  const spoken = turns.value.findLast((turn) => turn.role === "avatar" && turn.final);
  return (
    <>
      {controller.traits.captions.value && turns.value.length > 0 && (
        <div class="nt-captions" aria-hidden="true">
          {turns.value.map((turn) => (
            <p
              key={turn.id}
              class={`nt-caption nt-caption-${turn.role} ${turn === turns.value.at(-1) ? "" : "nt-caption-before"}`}
              dir="auto"
            >
              <span>{turn.text}</span>
            </p>
          ))}
        </div>
      )}
      <p class="nt-unseen" aria-live="polite">
        {spoken && controller.traits.captions.value ? `${name}: ${spoken.text}` : ""}
      </p>
    </>
  );
}

/** The newest turn, and before an avatar's the user's it answers. */
function latestExchange(turns: readonly Turn[]): Turn[] {
  const spoken = turns.filter((turn) => turn.text !== "");
  const last = spoken.at(-1);
  const before = spoken.at(-2);
  if (last === undefined) return [];
  return last.role === "avatar" && before?.role === "user" ? [before, last] : [last];
}
