/** The keyboard's place is not lost with the thing that has it: the nearest that is left takes over. */

import { onAbort } from "../lifetime";

const PLACES = "button:enabled, a, input, summary, [tabindex='0']";

export function keepFocus(root: HTMLElement, life: AbortSignal): void {
  /** What had the focus last, and what it lies in. */
  let way: Element[] = [];
  const onFocus = ({ target }: Event) => {
    way = [];
    for (let each = target as Element | null; each; each = each.parentElement) way.push(each);
  };
  const onChange = () => {
    const near = way.filter((each) => root.contains(each));
    if (near[0] === way[0]) return;
    way = [];
    const { activeElement } = root.getRootNode() as Document;
    if (activeElement && activeElement !== document.body) return;
    root.focus({ preventScroll: true });
    // Whoever clicked must not press something else with the next key.
    if (!root.matches(":focus-visible")) return;
    near
      .map((each) => each.querySelector<HTMLElement>(PLACES))
      .find(Boolean)
      ?.focus();
  };
  // A key that is held for long presses only what it was meant for.
  const onKey = (event: KeyboardEvent) => {
    if (event.repeat && event.key === "Enter" && (event.target as Element).matches("button, summary"))
      event.preventDefault();
  };
  const listening = { signal: life };
  root.addEventListener("focusin", onFocus, listening);
  root.addEventListener("keydown", onKey, listening);
  const watching = new MutationObserver(onChange);
  watching.observe(root, { childList: true, subtree: true });
  onAbort(life, () => watching.disconnect());
}
