/** How good the connection is, and behind a button the figures. */

import { useSignal } from "@preact/signals";
import type { Quality } from "../media_path";
import { useController, useStrings } from "./context";
import { ExtraView } from "./extra_view";

export function Details() {
  const { mediaPath, quality } = useController();
  const { details } = useStrings();
  const open = useSignal(false);
  const { path } = mediaPath.value;
  const rated = quality.value;
  const words = [rated && details.quality[rated], path !== "none" && details.path[path]].filter(Boolean);
  return (
    <>
      <button
        type="button"
        class="nt-details-button"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Bars quality={rated} />
        <span class={words.length > 0 ? "nt-unseen" : undefined}>{details.title}</span> {words.join(" · ")}
      </button>
      {open.value && <ExtraView name="Figures" />}
    </>
  );
}

function Bars({ quality }: { quality: Quality | null }) {
  return (
    <span class="nt-bars" data-quality={quality ?? "none"} aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
