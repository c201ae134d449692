/** Space is the button to talk, wherever in a view one is, unless it already means something there. */

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { PushToTalk } from "../../push_to_talk";

const OWN_MEANING = "input, textarea, select, summary, a, button:not(.nt-talk), [contenteditable]";

export function useSpaceToTalk(view: RefObject<HTMLElement | null>, talk: PushToTalk): void {
  useEffect(() => {
    const root = view.current;
    if (root === null) return;
    const meant = (event: KeyboardEvent) => {
      const [target] = event.composedPath(); // within marimo's shadows
      return (
        event.code === "Space" &&
        talk.on.peek() &&
        target instanceof Element &&
        (root.contains(target) || document.fullscreenElement === root) &&
        !target.matches(OWN_MEANING)
      );
    };
    const onDown = (event: KeyboardEvent) => {
      if (!meant(event)) return;
      event.preventDefault(); // or the page scrolls
      if (!event.repeat) talk.begin();
    };
    const onUp = (event: KeyboardEvent) => {
      if (event.code !== "Space") return;
      if (meant(event)) event.preventDefault(); // or the button is clicked
      talk.end();
    };
    // Who has clicked a button means the next Space for talking; who came by keyboard means the button.
    const onClick = ({ target, detail }: MouseEvent) => {
      if (talk.on.peek() && detail > 0 && target instanceof Element && target.closest("button")) {
        root.focus({ preventScroll: true });
      }
    };
    const onAway = () => talk.end();
    const listening = new AbortController();
    const { signal } = listening;
    // On their way down: up from the view they do not come.
    document.addEventListener("keydown", onDown, { signal, capture: true });
    document.addEventListener("keyup", onUp, { signal, capture: true });
    root.addEventListener("click", onClick, { signal });
    window.addEventListener("blur", onAway, { signal });
    return () => {
      listening.abort();
      talk.end();
    };
  }, [talk]);
}
