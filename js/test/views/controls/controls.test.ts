import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { savedFiles } from "../../support/downloads";
import { Page } from "../../support/page";

async function talkingIn(width: number, locale = "en"): Promise<Page> {
  const page = await Page.talking();
  page.kernel.send({ type: "traits", values: { locale }, written: null });
  await page.see(() => expect(page.root.lang).toBe(locale));
  page.first.el.style.width = `${width}px`;
  await page.see(() => {
    expect(widthOf(page, ".nt-card")).toBeCloseTo(width - 4, -1);
    if (width < 300) expect(page.has(".nt-captions-button")).toBe(false); // what does not fit has gone under More
  });
  return page;
}

async function seen(page: Page): Promise<Page> {
  await page.call();
  await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
  return page;
}

const widthOf = (page: Page, selector: string) => page.find(selector).getBoundingClientRect().width;
const isOpen = (page: Page) => page.has(".nt-more");

describe.each([
  [280, "en"],
  [280, "zh"],
  [640, "en"],
  [1000, "en"],
] as const)("in a notebook of %i pixels, in %s", (width, locale) => {
  test("nothing is wider than it, and everything can be reached", async () => {
    const page = await talkingIn(width, locale);
    await page.see(() => {
      for (const each of page.first.el.querySelectorAll(
        ".nt-controls, .nt-card, .nt-status-line, .nt-footer",
      )) {
        expect(each.scrollWidth).toBeLessThanOrEqual(each.clientWidth);
      }
    });
    if (page.has(".nt-more-button")) page.find(".nt-more-button").click();
    for (const name of ["mute", "interrupt", "captions", "record", "snapshot", "full-screen", "settings"]) {
      await page.see(() => expect(page.has(`.nt-${name}-button`)).toBe(true));
    }
    expect(page.has(".nt-slider")).toBe(true);
    expect(page.has(".nt-stop-button")).toBe(true);
  });
});

describe("the menu of what does not fit", () => {
  test("opens by keyboard, follows its button there, and Escape leads back", async () => {
    const page = await talkingIn(280);
    page.button("More").focus();
    await userEvent.keyboard("{Enter}");
    await page.see(() => expect(isOpen(page)).toBe(true));
    expect(page.button("More").getAttribute("aria-expanded")).toBe("true");
    await page.see(() => expect(document.activeElement).toBe(page.button("Captions")));
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(page.find(".nt-slider"));
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    expect(document.activeElement).toBe(page.button("Picture in picture"));
    await userEvent.keyboard("{Escape}");
    await page.see(() => expect(isOpen(page)).toBe(false));
    expect(document.activeElement).toBe(page.button("More"));
  });

  test("closes when something is chosen, or when one clicks elsewhere", async () => {
    const page = await talkingIn(280);
    page.button("More").click();
    await page.see(() => expect(isOpen(page)).toBe(true));
    page.button("Captions").click();
    await page.see(() => expect(isOpen(page)).toBe(false));
    expect((await page.kernel.got("set_trait")).name).toBe("captions");
    page.button("More").click();
    await page.see(() => expect(isOpen(page)).toBe(true));
    page.find(".nt-stage").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    await page.see(() => expect(isOpen(page)).toBe(false));
  });

  test("is not there when all fits", async () => {
    const page = await talkingIn(1000);
    page.find(".nt-main").style.width = "800px";
    await page.see(() => expect(page.has(".nt-more-button")).toBe(false));
    expect(page.has(".nt-controls > .nt-snapshot-button")).toBe(true);
  });
});

test("a picture is taken in its own size, and carries the label", async () => {
  const saved = savedFiles();
  const page = await seen(await talkingIn(1000));
  page.find(".nt-main").style.width = "800px";
  await page.see(() => expect(page.resting("Take a picture")).toBe(false));
  page.button("Take a picture").click();
  await page.see(() => expect(saved.length).toBe(1));
  const [{ name, file } = { name: "", file: new Blob() }] = saved;
  expect(name).toMatch(/^Leo \(AI avatar\) .*\.png$/);
  const picture = await createImageBitmap(file);
  expect([picture.width, picture.height]).toEqual([320, 400]);
  await page.see(() => expect(page.text(".nt-toast")).toBe("Picture saved"));
});

test("no picture is taken of nobody", async () => {
  const page = await Page.talking();
  page.first.el.style.width = "280px";
  await page.see(() => expect(page.has(".nt-more-button")).toBe(true));
  page.button("More").click();
  await page.see(() => expect(page.resting("Take a picture")).toBe(true));
  expect(page.resting("Picture in picture")).toBe(true);
});

test("the whole screen is filled, and left again", async () => {
  const page = await talkingIn(280);
  await userEvent.click(page.button("More"));
  await userEvent.click(page.button("Full screen"));
  await page.see(() => expect(document.fullscreenElement).toBe(page.root));
  await page.see(() => expect(page.find(".nt-full-screen-button").dataset.on).toBe("true"));
  page.button("Leave full screen").click();
  await page.see(() => expect(document.fullscreenElement).toBeNull());
});

test("the picture leaves the page for a window of its own, and comes back", async () => {
  const page = await seen(await talkingIn(280));
  await userEvent.click(page.button("More"));
  await userEvent.click(page.button("Picture in picture"));
  await page.see(() => expect(document.pictureInPictureElement).toBe(page.find("video")));
  await userEvent.click(page.button("More"));
  await userEvent.click(page.button("Back into the page"));
  await page.see(() => expect(document.pictureInPictureElement).toBeNull());
});
