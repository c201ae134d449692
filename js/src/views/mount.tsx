/** Putting one view on the page, until its signal fires. */

import { signal } from "@preact/signals";
import { createRef, render } from "preact";
import type { Controller } from "../controller";
import { onAbort } from "../lifetime";
import { Card } from "./card";
import { Context, type ViewContext } from "./context";
import { keepFocus } from "./kept_focus";
import { keepKeys } from "./own_keys";

export function mount(controller: Controller, el: HTMLElement, life: AbortSignal): void {
  if (life.aborted) return;
  const view = Symbol("view");
  keepKeys(el, life);
  const context: ViewContext = {
    controller,
    view,
    root: createRef(),
    face: signal(null),
    asking: signal(false),
    said: signal(""),
  };
  controller.addView(view);
  render(
    <Context.Provider value={context}>
      <Card />
    </Context.Provider>,
    el,
  );
  // ipywebrtc takes the first element that has streams, and would look for the view's video.
  const captureStream = (frames?: number) => controller.captureStream(frames);
  const root = el.firstElementChild as HTMLElement;
  Object.assign(root, { captureStream });
  keepFocus(root, life);
  onAbort(life, () => {
    render(null, el);
    controller.removeView(view);
  });
}
