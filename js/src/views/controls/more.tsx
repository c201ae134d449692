/** The menu of what does not fit into the row. */

import type { ComponentChildren } from "preact";
import { Button } from "../button";
import { useStrings } from "../context";
import { MoreIcon } from "../icons";
import { usePopover } from "../popover";
import { InMenu } from "./action";

export function More({ children }: { children: ComponentChildren }) {
  const { more } = useStrings();
  const { open, button, panel, onKeyDown } = usePopover<HTMLButtonElement, HTMLFieldSetElement>();
  return (
    <>
      <Button
        ref={button}
        kind="nt-round nt-more-button"
        aria-label={more}
        title={more}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <MoreIcon />
      </Button>
      {open.value && (
        <fieldset
          ref={panel}
          class="nt-more"
          aria-label={more}
          onKeyDown={onKeyDown}
          onClick={({ target }) => {
            if (target instanceof Element && target.closest("button, a")) open.value = false;
          }}
        >
          <InMenu.Provider value={true}>{children}</InMenu.Provider>
        </fieldset>
      )}
    </>
  );
}
