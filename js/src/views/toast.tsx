/** A word on what has just been done, seen and heard for a moment. */

import { useEffect } from "preact/hooks";
import { after, Lifetime } from "../lifetime";
import { useView } from "./context";

const SHOWN_MS = 4_000;

export function Toast() {
  const { said } = useView();
  const words = said.value;
  useEffect(() => {
    if (words === "") return;
    const shown = new Lifetime(new AbortController().signal);
    const forget = () => {
      said.value = "";
    };
    after(SHOWN_MS, forget, shown.signal);
    return () => shown.end();
  }, [words]);
  return (
    <p class="nt-toast" aria-live="polite">
      {words}
    </p>
  );
}
