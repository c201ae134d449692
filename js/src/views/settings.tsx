/** The button of the settings, and the panel that opens beside it. */

import { useEffect } from "preact/hooks";
import { Button } from "./button";
import { useStrings } from "./context";
import { ExtraView } from "./extra_view";
import { CloseIcon, SettingsIcon } from "./icons";
import { usePopover } from "./popover";

export function Settings() {
  const { title, close } = useStrings().settings;
  const { open, button, panel, leave, onKeyDown } = usePopover<HTMLButtonElement, HTMLDivElement>();
  useEffect(() => {
    if (open.value) panel.current?.focus();
  }, [open.value]);
  return (
    <>
      <Button
        ref={button}
        kind="nt-round nt-settings-button"
        aria-label={title}
        title={title}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <SettingsIcon />
      </Button>
      {open.value && (
        <div
          ref={panel}
          class="nt-settings"
          role="dialog"
          aria-label={title}
          tabIndex={-1}
          onKeyDown={onKeyDown}
        >
          <div class="nt-settings-head">
            <p>{title}</p>
            <Button kind="nt-round nt-plain nt-dismiss" aria-label={close} onClick={leave}>
              <CloseIcon />
            </Button>
          </div>
          <ExtraView name="SettingsFields" />
        </div>
      )}
    </>
  );
}
