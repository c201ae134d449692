/** Opens the conversation on a page of its own; nothing where there is no link that this browser could open. */

import { useContext, useEffect } from "preact/hooks";
import { useController, useStrings } from "./context";
import { InMenu } from "./controls/action";
import { WindowIcon } from "./icons";

export function OpenInBrowser() {
  const { link, ownPage } = useController();
  const strings = useStrings();
  const inMenu = useContext(InMenu);
  const open = link.state.value === "open";
  const url = ownPage.url.value;

  useEffect(() => {
    const offered = new AbortController();
    if (open) ownPage.offer(offered.signal);
    return () => offered.abort();
  }, [open, ownPage]);

  if (!open || url === null) return null;
  return (
    <a
      class={`nt-button ${inMenu ? "nt-line" : "nt-small"} nt-open`}
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      // A link is good once: the next click needs another.
      onClick={() => ownPage.renew()}
    >
      {inMenu && <WindowIcon />}
      {strings.openInBrowser}
    </a>
  );
}
