/** The button of the settings, and the panel that opens beside it. */

import { Button, CloseButton } from "./button";
import { useStrings } from "./context";
import { ExtraView } from "./extra_view";
import { SettingsIcon } from "./icons";
import { usePopover } from "./popover";

export function Settings() {
  const { title, close } = useStrings().settings;
  const { open, opener, panel, leave } = usePopover<HTMLDivElement>((opened) => opened.focus());
  return (
    <>
      <Button kind="nt-round nt-settings-button" label={title} {...opener}>
        <SettingsIcon />
      </Button>
      {open.value && (
        <div ref={panel} class="nt-settings" role="dialog" aria-label={title} tabIndex={-1}>
          <div class="nt-settings-head">
            <p>{title}</p>
            <CloseButton label={close} onClick={leave} />
          </div>
          <ExtraView name="SettingsFields" />
        </div>
      )}
    </>
  );
}
