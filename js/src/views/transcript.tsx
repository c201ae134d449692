/** What was said and done, in the order in which it began; stays at the end unless scrolled up. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Entry, heardOf } from "../conversation";
import type { Turn } from "../messages";
import { Button } from "./button";
import { useCharacterName, useController, useStrings } from "./context";
import { DownIcon } from "./icons";
import { ToolCallItem } from "./tool_call_item";

/** Nearer to the end than this, a reader counts as being there. */
const END_PX = 32;

export function Transcript() {
  const controller = useController();
  const strings = useStrings();
  const entries = controller.entries.value;
  const list = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const size = useRef("");

  useLayoutEffect(() => {
    if (following.peek()) toEnd(list.current);
  }, [entries]);

  // In a narrower notebook the same words are longer; above, a notice takes room.
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const watching = new ResizeObserver(() => {
      size.current = sizeOf(element);
      if (following.peek()) toEnd(element);
    });
    watching.observe(element);
    return () => watching.disconnect();
  }, []);

  return (
    <div class="nt-transcript">
      <div
        ref={list}
        class="nt-scroll"
        role="log"
        aria-label={strings.transcript}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget }) => {
          const { scrollHeight, scrollTop, clientHeight } = currentTarget;
          // What another size has moved, nobody has scrolled.
          if (sizeOf(currentTarget) === size.current)
            following.value = scrollHeight - scrollTop - clientHeight < END_PX;
        }}
      >
        {controller.conversation.shortened.value && <p class="nt-aside">{strings.transcriptShortened}</p>}
        {entries.length === 0 && <p class="nt-aside nt-empty">{strings.transcriptEmpty}</p>}
        {entries.map((entry) => (
          <EntryItem key={keyOf(entry)} entry={entry} />
        ))}
      </div>
      {!following.value && (
        <Button
          kind="nt-small nt-latest"
          onClick={() => {
            following.value = true;
            toEnd(list.current);
          }}
        >
          <DownIcon />
          {strings.toLatest}
        </Button>
      )}
    </div>
  );
}

function EntryItem({ entry }: { entry: Entry }) {
  return entry.kind === "turn" ? <TurnItem turn={entry.turn} /> : <ToolCallItem call={entry.call} />;
}

function TurnItem({ turn }: { turn: Turn }) {
  const controller = useController();
  const strings = useStrings();
  const name = useCharacterName();
  return (
    <article class={`nt-turn nt-turn-${turn.role}`} data-turn={turn.id} data-final={turn.final}>
      <p class="nt-meta">
        <span class="nt-role">{turn.role === "user" ? strings.you : name}</span>{" "}
        <time>{clockTime(turn.started_at, controller.traits.locale.value)}</time>
        {turn.interrupted && <span class="nt-mark">{strings.interrupted}</span>}
      </p>
      <p class="nt-bubble" dir="auto">
        {turn.text === "" ? "…" : heardOf(turn)}
        {turn.unheard !== "" && (
          <span class="nt-unheard" title={strings.unheard}>
            {turn.unheard}
          </span>
        )}
      </p>
    </article>
  );
}

function keyOf(entry: Entry): string {
  return entry.kind === "turn" ? entry.turn.id : `tool:${entry.call.call_id}`;
}

function clockTime(seconds: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(
    seconds * 1000,
  );
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): string {
  return `${clientWidth} ${clientHeight}`;
}

function toEnd(list: HTMLElement | null): void {
  if (list !== null) list.scrollTop = list.scrollHeight;
}
