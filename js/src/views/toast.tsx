/** A word on what has just been done, seen and heard for a moment. */

import { useEffect } from "preact/hooks";
import { useView } from "./context";

export const SHOWN_MS = 4_000;

export function Toast() {
  const { said } = useView();
  const words = said.value;
  useEffect(() => {
    if (words === "") return;
    const forget = () => {
      said.value = "";
    };
    const shown = setTimeout(forget, SHOWN_MS);
    return () => clearTimeout(shown);
  }, [words]);
  return (
    <p class="nt-toast" aria-live="polite">
      {words}
    </p>
  );
}
