/** What the notebook can tell about the kernel behind a widget. */

import type { Model } from "./model";

export type KernelPresence = "absent" | "busy" | "idle" | "unknown";

/**
 * Ask the host's widget manager. JupyterLab's has a `kernel` (null in a notebook opened without one);
 * other hosts have nothing of the kind, and then all we know is whether an answer comes.
 */
export function kernelPresence(model: Model): KernelPresence {
  const manager: unknown = model.widget_manager;
  const kernel = field(manager, "kernel");
  if (kernel === null) return "absent";
  switch (field(kernel, "status")) {
    case "dead":
    case "terminating":
      return "absent";
    case "busy":
      return "busy";
    case "idle":
      return "idle";
    default:
      return "unknown";
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
