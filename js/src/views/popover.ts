/** What opens beside its button, and closes by Escape or where the person goes elsewhere. */

import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Popover<P extends HTMLElement> {
  open: Signal<boolean>;
  /** What the button needs. */
  opener: {
    ref: RefObject<HTMLButtonElement | null>;
    "aria-expanded": boolean;
    onClick(): void;
  };
  panel: RefObject<P | null>;
  /** Closes, and gives the keyboard back to the button. */
  leave(): void;
}

/** @param enter puts the keyboard into what has opened. */
export function usePopover<P extends HTMLElement>(enter: (panel: P) => void): Popover<P> {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<P>(null);
  const leave = () => {
    open.value = false;
    button.current?.focus();
  };
  useEffect(() => {
    if (!open.value) return;
    if (panel.current !== null) enter(panel.current);
    const onAway = (event: Event) => {
      const way = event.composedPath();
      if (![panel, button].some(({ current }) => current !== null && way.includes(current)))
        open.value = false;
    };
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape") leave();
    };
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("pointerdown", onAway, { signal });
    document.addEventListener("focusin", onAway, { signal });
    // On its way down: up from the view it does not come.
    document.addEventListener("keydown", onKey, { signal, capture: true });
    return () => listening.abort();
  }, [open.value]);
  const onClick = () => {
    open.value = !open.value;
  };
  return {
    open,
    opener: { ref: button, "aria-expanded": open.value, onClick },
    panel,
    leave,
  };
}
