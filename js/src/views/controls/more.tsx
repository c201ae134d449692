/** The menu of what does not fit into the row. */

import type { ComponentChildren } from "preact";
import { Button } from "../button";
import { useStrings } from "../context";
import { MoreIcon } from "../icons";
import { usePopover } from "../popover";
import { InMenu } from "./action";

export function More({ children }: { children: ComponentChildren }) {
  const { more } = useStrings();
  const { open, opener, panel, leave } = usePopover<HTMLFieldSetElement>((opened) =>
    linesOf(opened)[0]?.focus(),
  );
  return (
    <>
      <Button kind="nt-round nt-more-button" label={more} {...opener}>
        <MoreIcon />
      </Button>
      {open.value && (
        <fieldset
          ref={panel}
          class="nt-more"
          aria-label={more}
          // A press between the lines is not a press elsewhere.
          tabIndex={-1}
          onKeyDown={(event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            const lines = linesOf(event.currentTarget);
            lines.at((lines.indexOf(event.target as HTMLElement) + step) % lines.length)?.focus();
          }}
          // Before what is chosen takes the focus further.
          onClickCapture={({ target }) => {
            if (target instanceof Element && target.closest("button, a")) leave();
          }}
        >
          <InMenu.Provider value={true}>{children}</InMenu.Provider>
        </fieldset>
      )}
    </>
  );
}

function linesOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("button, input, a")];
}
