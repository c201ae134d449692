import { describe, expect, test } from "vitest";
import built from "../../navtalk_widget/static/extras.js?raw";
import { Page } from "./support/page";

const COMING = "Being fetched from the kernel…";

async function withKernel(extras: string): Promise<Page> {
  return Page.connected({}, (kernel) => {
    kernel.extras = extras;
  });
}

describe("what the page began without", () => {
  test("is fetched when somebody opens it, and once for all", async () => {
    const page = await Page.connected();
    expect(page.kernel.of("ask_extras")).toEqual([]);
    page.button("Settings").click();
    await page.see(() => expect(page.text(".nt-settings")).toContain("Language"));
    page.find(".nt-details-button").click();
    await page.see(() => expect(page.has(".nt-figures")).toBe(true));
    expect(page.kernel.of("ask_extras")).toHaveLength(1);
  });

  test("is there before somebody opens it in a conversation that stands", async () => {
    const page = await Page.talking();
    await page.kernel.got("ask_extras");
    await page.call();
    await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
    page.button("Settings").click();
    await page.see(() => expect(page.has(".nt-settings .nt-field")).toBe(true));
    expect(page.kernel.of("ask_extras")).toHaveLength(1);
  });

  test("runs as it is built", async () => {
    const page = await withKernel(built);
    page.find(".nt-details-button").click();
    await page.see(() => expect(page.text(".nt-figures")).toContain("Directly, within this machine"));
    page.button("Settings").click();
    await page.see(() => expect(page.text(".nt-settings")).toContain("Language"));
  });

  test("is waited for with words, which go when it comes", async () => {
    const page = await Page.connected();
    page.kernel.givesExtras = false;
    page.button("Settings").click();
    await page.see(() => expect(page.text(".nt-settings [role=status]")).toBe(COMING));
    page.kernel.send({ type: "extras", script: page.kernel.extras });
    await page.see(() => expect(page.text(".nt-settings")).toContain("Language"));
    expect(page.has(".nt-settings [role=status]")).toBe(false);
  });

  test("is asked for again when the kernel is back", async () => {
    const page = await Page.connected();
    page.kernel.givesExtras = false;
    page.button("Settings").click();
    await page.kernel.got("ask_extras");
    page.kernel.cutSocket();
    await page.see(() =>
      expect(page.text(".nt-settings [role=status]")).toContain("This comes from the kernel"),
    );
    page.kernel.givesExtras = true;
    await page.see(() => expect(page.text(".nt-settings")).toContain("Language"));
  });

  test("is told in words when the browser does not run it, and tried again by who wants it", async () => {
    const page = await withKernel("throw new Error('not here')");
    page.button("Settings").click();
    const told = "This browser does not run the part of the widget";
    await page.see(() => expect(page.text(".nt-settings [role=status]")).toContain(told));
    await page.see(() => expect(page.text(".nt-notices[role=status]")).toContain(told));
    page.button("Settings").click();
    await page.see(() => expect(page.has(".nt-settings")).toBe(false));
    page.kernel.extras = built;
    page.button("Settings").click();
    await page.see(() => expect(page.text(".nt-settings")).toContain("Language"));
  });
});
