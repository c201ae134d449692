/** Steps on the way into a state, whatever the language. */

import { expect } from "vitest";
import type { KernelError, Status, ToolCall, Turn } from "../../src/messages";
import type { Traits } from "../../src/model";
import { Page } from "../support/page";
import type { ScriptedKernel } from "../support/scripted_kernel";
import type { ServicePeerOptions } from "../support/service_peer";
import { type Content, exchange } from "./content";

export interface Given {
  content: Content;
  /** What the avatar looks like. */
  draw?: ServicePeerOptions["draw"];
}

/** Brings a widget into it, on a page that is closed when the test has finished. */
export type State = (given: Given) => Promise<Page>;

type Prepare = (kernel: ScriptedKernel) => void;

export function connected(
  { content }: Given,
  traits: Partial<Traits> = {},
  prepare?: Prepare,
): Promise<Page> {
  return Page.connected({ ...own(content), ...traits }, prepare);
}

export function talking({ content }: Given, traits: Partial<Traits> = {}, prepare?: Prepare): Promise<Page> {
  return Page.talking({ ...own(content), ...traits }, prepare);
}

/** The traits that a notebook of that content has. */
export function own({ locale, character }: Content): Partial<Traits> {
  return { locale, character };
}

/** A conversation whose avatar is seen, and has answered a question. */
export async function seen(given: Given, traits: Partial<Traits> = {}): Promise<Page> {
  const page = await talking(given, traits);
  await showFace(page, given);
  return say(page, ...exchange(given.content));
}

export async function showFace(page: Page, { draw }: Given, number = 1): Promise<void> {
  await page.call(number, draw && { draw });
  await shows(page, '[data-video="shown"]');
}

export async function say(page: Page, ...turns: Turn[]): Promise<Page> {
  page.kernel.send({ type: "turns", reset: false, turns });
  return shows(page, ...turns.map(({ id }) => `[data-turn="${id}"]`));
}

export function use(page: Page, ...calls: ToolCall[]): void {
  for (const call of calls) page.kernel.send({ type: "tool_call", ...call });
}

export function set(page: Page, values: Record<string, unknown>): void {
  page.kernel.send({ type: "traits", values, written: null });
}

export async function tell(page: Page, status: Status, error: KernelError | null = null): Promise<Page> {
  page.kernel.send({ type: "state", status, error, retry: null });
  await page.until("status", status);
  return page;
}

export async function shows(page: Page, ...selectors: string[]): Promise<Page> {
  await page.see(() => {
    for (const selector of selectors) expect(page.has(selector), selector).toBe(true);
  });
  return page;
}

export function click(page: Page, selector: string): void {
  page.find(selector).click();
}

/** The menu is there at every width that the pictures have. */
export async function openMore(page: Page): Promise<void> {
  await shows(page, ".nt-more-button");
  click(page, ".nt-more-button");
  await shows(page, ".nt-more");
}

/** Every call's arguments and result, open or folded. */
export function fold(page: Page, open: boolean): void {
  for (const details of page.first.el.querySelectorAll("details")) details.open = open;
}
