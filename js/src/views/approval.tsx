/** The person's word on a call that needs it: once, not at all, or for the rest of the conversation. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { DECISIONS, type Decision, type ToolCall } from "../messages";
import { Button } from "./button";
import { useCharacterName, useController, useStrings } from "./context";

export function Approval({ call }: { call: ToolCall }) {
  const controller = useController();
  const strings = useStrings();
  const name = useCharacterName();
  const decided = useSignal(false);
  const open = controller.link.state.value === "open";

  // Whatever is told anew of the call that still waits, our word has not arrived.
  useLayoutEffect(() => {
    decided.value = false;
  }, [call, open]);

  const decide = (decision: Decision) => {
    if (decided.value || !open) return;
    decided.value = true;
    controller.decide(call.call_id, decision);
  };
  return (
    <fieldset class="nt-approval" aria-label={asking(strings.toolAsks, name, call)}>
      {DECISIONS.map((decision) => (
        <Button
          key={decision}
          kind={`nt-small ${decision === "allow" ? "nt-primary" : ""}`}
          aria-disabled={decided.value || !open}
          title={strings.decisionHint[decision]}
          onClick={() => decide(decision)}
        >
          {strings.decision[decision]}
        </Button>
      ))}
    </fieldset>
  );
}

/** Who asks for what, in words. */
export function asking(words: string, name: string, call: ToolCall): string {
  return words.replace("{name}", () => name).replace("{tool}", () => call.name);
}
