/** One call of a Python function: its name, what it was given, what became of it. */

import type { ToolCall } from "../messages";
import { useStrings } from "./context";
import { ToolIcon } from "./icons";

/** A longer result is folded away behind its first line. */
const FOLD_CHARS = 140;

export function ToolCallItem({ call }: { call: ToolCall }) {
  const strings = useStrings();
  const { result } = call;
  return (
    <article
      class="nt-tool"
      data-tool={call.call_id}
      data-state={call.state}
      aria-label={`${strings.tool} ${call.name}`}
    >
      <ToolIcon />
      <div class="nt-tool-words">
        <p class="nt-tool-head">
          <code class="nt-tool-call">
            <b>{call.name}</b>({argumentsText(call.arguments)})
          </code>
          <span class="nt-tool-state">{strings.toolState[call.state]}</span>
        </p>
        {result !== null && result.length <= FOLD_CHARS && (
          <p class="nt-tool-result" dir="auto">
            {result}
          </p>
        )}
        {result !== null && result.length > FOLD_CHARS && (
          <details class="nt-tool-result">
            <summary>{strings.toolResult}</summary>
            <p dir="auto">{result}</p>
          </details>
        )}
      </div>
    </article>
  );
}

function argumentsText(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ");
}
