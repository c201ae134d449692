/** The widget on a page with a scripted kernel behind it. */

import { onTestFinished, vi } from "vitest";
import createWidget from "../../src/index";
import type { Traits } from "../../src/model";
import "../../src/widget.css";
import { leftovers, type Resources, watchResources } from "./resources";
import { ScriptedKernel } from "./scripted_kernel";
import { ServicePeer, type ServicePeerOptions } from "./service_peer";

export interface Shown {
  el: HTMLElement;
  life: AbortController;
}

export class Page {
  readonly resources: Resources;
  readonly kernel: ScriptedKernel;
  readonly widget = createWidget();
  readonly life = new AbortController();
  readonly first: Shown;

  private constructor(resources: Resources, kernel: ScriptedKernel) {
    this.resources = resources;
    this.kernel = kernel;
    this.widget.initialize({ model: kernel.model.model, signal: this.life.signal });
    this.first = this.show();
  }

  /** Open a page whose widget is shown once; whatever it makes is watched and must be gone at the end. */
  static async open(
    traits: Partial<Traits> = {},
    prepare: (kernel: ScriptedKernel) => void = () => {},
  ): Promise<Page> {
    const kernel = await ScriptedKernel.open(traits);
    prepare(kernel);
    const page = new Page(watchResources(), kernel);
    onTestFinished(() => page.#close());
    return page;
  }

  /** A page that is connected to its gateway. */
  static async connected(
    traits: Partial<Traits> = {},
    prepare?: (kernel: ScriptedKernel) => void,
  ): Promise<Page> {
    const page = await Page.open(traits, prepare);
    await page.until("link", "open");
    return page;
  }

  /** A page whose conversation runs, with the microphone on. */
  static async talking(
    traits: Partial<Traits> = {},
    prepare?: (kernel: ScriptedKernel) => void,
  ): Promise<Page> {
    const page = await Page.connected(traits, prepare);
    page.find(".nt-start").click();
    await page.until("owner", "true");
    await page.until("microphone", "on");
    return page;
  }

  show(): Shown {
    const el = document.body.appendChild(document.createElement("div"));
    const life = new AbortController();
    this.widget.render({ el, signal: AbortSignal.any([this.life.signal, life.signal]) });
    return { el, life };
  }

  get root(): HTMLElement {
    return this.find(".nt-root");
  }

  find<E extends HTMLElement>(selector: string, within: Element = this.first.el): E {
    const found = within.querySelector<E>(selector);
    if (found === null) throw new Error(`nothing matches ${selector}`);
    return found;
  }

  has(selector: string): boolean {
    return this.first.el.querySelector(selector) !== null;
  }

  /** A button by what assistive technology calls it. */
  button(name: string): HTMLButtonElement {
    const named = [...this.first.el.querySelectorAll("button")].find(
      (button) => (button.getAttribute("aria-label") ?? button.textContent)?.trim() === name,
    );
    if (named === undefined) throw new Error(`no button "${name}"`);
    return named;
  }

  /** Whether a button does nothing now; it may be reached nevertheless. */
  resting(name: string): boolean {
    const button = this.button(name);
    return button.disabled || button.getAttribute("aria-disabled") === "true";
  }

  async until(key: string, value: string): Promise<void> {
    await vi.waitFor(
      () => {
        const now = this.root.dataset[key];
        if (now !== value) throw new Error(`${key} is ${now}, not ${value}`);
      },
      { timeout: 15_000 },
    );
  }

  /** Wait until something holds. */
  async see(check: () => void): Promise<void> {
    await vi.waitFor(check, { timeout: 15_000 });
  }

  text(selector: string): string {
    return this.find(selector).textContent ?? "";
  }

  /** Let the service call this page; both trickle their candidates through the gateway. */
  async call(number = 1, options?: ServicePeerOptions): Promise<ServicePeer> {
    const service = new ServicePeer(options);
    onTestFinished(() => service.close());
    service.onCandidate = (candidate) => this.kernel.send({ type: "ice_candidate", peer: number, candidate });
    this.kernel.onPeerMessage = (message) => {
      if (message.peer === number) void service.take(message);
    };
    this.kernel.send({ type: "offer", peer: number, sdp: await service.offer(), ice_servers: [] });
    return service;
  }

  async #close(): Promise<void> {
    this.life.abort();
    this.kernel.close();
    await vi.waitFor(() => {
      const left = leftovers(this.resources);
      if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    });
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    for (const el of document.querySelectorAll("body > div")) el.remove();
  }
}
