/** The widget on a page of its own, which the gateway serves: a script beside the widget's, from which it takes the rest. */

import { Controller, characterName, effect, mount } from "../index";
import { StandaloneModel } from "./model";
import { takeLinkToken } from "./tab_token";

/** Fill the page; it lives as long as its document. */
function openPage(body: HTMLElement): void {
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

openPage(document.body);
