/** How it looks, as far as that can be measured; the rest is seen on the sheets of `make states`. */

import { describe, expect, onTestFinished, test } from "vitest";
import { CONTENT } from "../states/content";
import { STATES } from "../states/states";
import type { Page } from "../support/page";
import { PLAIN, wish } from "../support/wishes";

async function inState(name: string): Promise<Page> {
  const bring = STATES[name];
  if (bring === undefined) throw new Error(`no state "${name}"`);
  const page = await bring({ content: CONTENT.en });
  page.first.el.style.width = "280px";
  return page;
}

test.each([
  ["long names", ".nt-name"],
  ["unbroken words", ".nt-caption-avatar > span"],
  ["unbroken words", ".nt-bubble"],
])("%s leave nothing of %s beyond its side", async (state, selector) => {
  const page = await inState(state);
  await page.see(() => {
    const words = document.createRange();
    words.selectNodeContents(page.find(selector));
    const { left, right } = words.getBoundingClientRect();
    const around = page.find(selector).closest(".nt-stage, .nt-bubble");
    const room = (around as Element).getBoundingClientRect();
    expect([left >= room.left, right <= room.right]).toEqual([true, true]);
  });
});

test("several notices are scrolled through as one list, and one can type all the same", async () => {
  const page = await inState("several at once");
  page.first.el.style.width = "640px";
  await page.see(() => {
    expect(page.find(".nt-news").scrollHeight).toBeGreaterThan(page.find(".nt-news").clientHeight);
    for (const list of page.first.el.querySelectorAll(".nt-notices")) {
      expect(list.scrollHeight).toBe(list.clientHeight);
    }
    expect(page.find(".nt-input").getBoundingClientRect().bottom).toBeLessThanOrEqual(
      page.find(".nt-card").getBoundingClientRect().bottom,
    );
  });
});

describe("where the system chooses the colours", () => {
  async function forced(state: string): Promise<Page> {
    await wish({ ...PLAIN, forcedColors: "active" });
    onTestFinished(() => wish(PLAIN));
    return inState(state);
  }

  const colour = (page: Page, selector: string) => getComputedStyle(page.find(selector)).backgroundColor;

  test("every button has an edge", async () => {
    const page = await forced("tool asks");
    const buttons = [...page.first.el.querySelectorAll("button.nt-button")];
    expect(buttons.length).toBeGreaterThan(8);
    expect(buttons.filter((button) => getComputedStyle(button).borderTopWidth !== "1px")).toEqual([]);
  });

  test("what is on differs from what is off", async () => {
    const page = await forced("muted");
    expect(colour(page, ".nt-mute-button")).not.toBe(colour(page, ".nt-settings-button"));
  });

  test.each([
    ["listening", ".nt-meter > i"],
    ["listening", ".nt-indicator > i"],
    ["model downloading, with a hint", ".nt-bar > i"],
  ])("when %s, one sees %s", async (state, selector) => {
    const page = await forced(state);
    expect(colour(page, selector)).not.toBe(colour(page, ".nt-card"));
  });
});
