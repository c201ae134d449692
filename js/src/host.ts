/** What the page around a widget can tell: about the kernel behind it, and what it keeps from widgets. */

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

/** Where the widget is shown; `no_microphone` is any frame that is not given the microphone. */
export type Host = "notebook" | "own_page" | "vscode" | "colab" | "no_microphone";

export function host(): Host {
  const { body, location } = document;
  if (body.classList.contains("nt-page")) return "own_page";
  if (location.protocol === "vscode-webview:" || body.dataset.vscodeThemeKind !== undefined) return "vscode";
  if (location.hostname.endsWith(".colab.googleusercontent.com")) return "colab";
  return microphoneForbidden() ? "no_microphone" : "notebook";
}

/** Whether widgets get no microphone here, whatever the person allows. */
export function keepsMicrophone(): boolean {
  return host() === "vscode" || host() === "no_microphone";
}

/** Whether the page around this frame keeps the microphone from it, as far as the browser tells (Chromium does). */
function microphoneForbidden(): boolean {
  const policy = field(document, "permissionsPolicy") ?? field(document, "featurePolicy");
  const allows = field(policy, "allowsFeature");
  return typeof allows === "function" && allows.call(policy, "microphone") === false;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
