/** The widget on a page of its own, which the gateway serves. */

import { effect } from "@preact/signals";
import { Controller } from "../controller";
import { characterName } from "../views/context";
import { mount } from "../views/mount";
import { StandaloneModel } from "./model";
import { takeLinkToken } from "./tab_token";

/** Fill the page; it lives as long as its document. */
export function openPage(body: HTMLElement): void {
  takeLinkToken();
  // Another link pasted into this tab changes only the fragment, which loads nothing.
  window.addEventListener("hashchange", () => window.location.reload());
  const { signal } = new AbortController();
  const controller = new Controller(new StandaloneModel().model, signal);
  effect(() => {
    const { locale, strings } = controller.traits;
    document.documentElement.lang = locale.value;
    document.title = strings.value.conversationWith.replace("{name}", characterName(controller));
  });
  mount(controller, body.appendChild(document.createElement("main")), signal);
}
