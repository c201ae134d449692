/** What opens beside its button, and closes by Escape or by a press elsewhere. */

import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Popover<B extends HTMLElement, P extends HTMLElement> {
  open: Signal<boolean>;
  button: RefObject<B | null>;
  panel: RefObject<P | null>;
  /** Closes, and gives the keyboard back to the button. */
  leave(): void;
  onKeyDown(event: KeyboardEvent): void;
}

export function usePopover<B extends HTMLElement, P extends HTMLElement>(): Popover<B, P> {
  const open = useSignal(false);
  const button = useRef<B>(null);
  const panel = useRef<P>(null);
  const leave = () => {
    open.value = false;
    button.current?.focus();
  };
  useEffect(() => {
    if (!open.value) return;
    const onDown = ({ target }: Event) => {
      const inside = [panel, button].some(
        ({ current }) => target instanceof Node && current?.contains(target),
      );
      if (!inside) open.value = false;
    };
    const listening = new AbortController();
    document.addEventListener("pointerdown", onDown, listening);
    return () => listening.abort();
  }, [open.value]);
  return {
    open,
    button,
    panel,
    leave,
    onKeyDown(event) {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      leave();
    },
  };
}
