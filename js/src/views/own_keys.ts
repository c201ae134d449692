/**
 * Keys that are pressed in here are meant for us: in JupyterLab, Enter on a button would edit the cell, and D twice delete it.
 *
 * All but the one for saving, which people press wherever they are.
 */

export function keepKeys(el: HTMLElement, life: AbortSignal): void {
  const listening = { signal: life };
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // or the browser saves the page
    el.parentElement?.dispatchEvent(new KeyboardEvent("keydown", event));
  };
  // Where a host listens before us: JupyterLab looks for this from what has the focus upwards.
  const onFocus = ({ target }: Event) => {
    (target as HTMLElement).dataset.lmSuppressShortcuts = "true";
  };
  // JupyterLab takes the focus back from outside of the notebook only, and then its keys would still be ours.
  const onAway = (event: Event) => {
    if (!event.composedPath().includes(el)) el.querySelector<HTMLElement>(":focus")?.blur();
  };
  document.addEventListener("pointerdown", onAway, { signal: life, capture: true });
  el.addEventListener("keydown", onKey, listening);
  el.addEventListener("focusin", onFocus, listening);
}
