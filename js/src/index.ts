/** The widget's front end. A factory, so that each widget has its own controller in every host. */

import type { RenderProps } from "@anywidget/types";
import { Controller } from "./controller";
import type { Model, Traits } from "./model";
import { mount } from "./views/mount";

// For the page of its own, whose script is beside this one.
export { effect } from "@preact/signals";
export { characterName } from "./views/context";
export { Controller, mount };

/** Newer hosts pass a signal; for the others we make one and return what fires it. */
function lifeOf(signal: AbortSignal | undefined): { life: AbortSignal; end: (() => void) | undefined } {
  if (signal !== undefined) return { life: signal, end: undefined };
  const own = new AbortController();
  return { life: own.signal, end: () => own.abort() };
}

export default () => {
  let controller: Controller | undefined;
  return {
    /** Only wires: microphone and sound wait for a click, the gateway for a view. */
    initialize({ model, signal }: { model: Model; signal?: AbortSignal }) {
      const { life, end } = lifeOf(signal);
      controller = new Controller(model, life);
      return end;
    },

    render({ el, signal }: Pick<RenderProps<Traits>, "el"> & { signal?: AbortSignal }) {
      const { life, end } = lifeOf(signal);
      if (controller !== undefined) mount(controller, el, life);
      return end;
    },
  };
};
