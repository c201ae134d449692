/** Putting one view on the page, until its signal fires. */

import { render } from "preact";
import type { Controller } from "../controller";
import { onAbort } from "../lifetime";
import { Card } from "./card";
import { Context } from "./context";

export function mount(controller: Controller, el: HTMLElement, life: AbortSignal): void {
  if (life.aborted) return;
  const view = Symbol("view");
  // JupyterLab would take Enter, space and arrows on our buttons for its own shortcuts.
  el.dataset.lmSuppressShortcuts = "true";
  controller.addView(view);
  render(
    <Context.Provider value={{ controller, view }}>
      <Card />
    </Context.Provider>,
    el,
  );
  onAbort(life, () => {
    render(null, el);
    controller.removeView(view);
  });
}
