/** One call of a Python function: its name, and folded what it was given and what became of it. */

import { Fragment } from "preact";
import type { ToolCall } from "../messages";
import { Approval } from "./approval";
import { useStrings } from "./context";
import { DownIcon, ToolIcon } from "./icons";
import { ProgressBar } from "./progress_bar";

/** Signs that nobody sees, or that turn the order of others around: no call may look like another one. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function ToolCallItem({ call }: { call: ToolCall }) {
  const strings = useStrings();
  const { name, state, result } = call;
  const values = Object.entries(call.arguments);
  const asks = state === "awaiting_approval";
  return (
    <article
      class="nt-tool"
      data-tool={call.call_id}
      data-state={state}
      aria-label={`${strings.tool} ${name}`}
    >
      <details open={asks || state === "failed"}>
        <summary class="nt-tool-head">
          <ToolIcon />
          <code class="nt-tool-call">
            <b>{name}</b>
            <span>({values.map(([key, value]) => `${visible(key)}=${written(value)}`).join(", ")})</span>
          </code>
          <span class="nt-tool-state">{strings.toolState[state]}</span>
          <DownIcon />
        </summary>
        <div
          class="nt-tool-details"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {values.length > 0 && (
            <dl>
              {values.map(([key, value]) => (
                <Fragment key={key}>
                  <dt>{visible(key)}</dt>
                  <dd dir="auto">{typeof value === "string" ? visible(value) : written(value)}</dd>
                </Fragment>
              ))}
            </dl>
          )}
          {result !== null && (
            <p class="nt-tool-result" dir="auto">
              {result}
            </p>
          )}
        </div>
      </details>
      {asks && <Approval call={call} />}
      {state === "running" && <Progress call={call} />}
    </article>
  );
}

function Progress({ call: { name, progress, message } }: { call: ToolCall }) {
  if (progress === null && message === "") return null;
  return (
    <div class="nt-tool-progress">
      <p>
        <span dir="auto">{message}</span>
        {/* The bar has it for who asks. */}
        {progress !== null && (
          <span class="nt-percent" aria-hidden="true">{`${Math.round(100 * progress)} %`}</span>
        )}
      </p>
      <ProgressBar label={name} share={progress} />
    </div>
  );
}

function written(value: unknown): string {
  return visible(JSON.stringify(value));
}

function visible(text: string): string {
  return text.replace(UNSEEN, (sign) =>
    sign === "\n" || sign === "\t" ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
