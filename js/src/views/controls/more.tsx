/** The menu of what does not fit into the row. */

import type { ComponentChildren } from "preact";
import { useStrings } from "../context";
import { MoreIcon } from "../icons";
import { usePopover } from "../popover";
import { InMenu } from "./action";

export function More({ children }: { children: ComponentChildren }) {
  const { more } = useStrings();
  const { open, button, panel, onKeyDown } = usePopover<HTMLButtonElement, HTMLFieldSetElement>();
  return (
    <>
      <button
        ref={button}
        type="button"
        class="nt-button nt-round nt-more-button"
        aria-label={more}
        title={more}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <MoreIcon />
      </button>
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
