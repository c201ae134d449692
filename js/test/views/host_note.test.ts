import { expect, onTestFinished, test } from "vitest";
import { Page } from "../support/page";

const LINK = "http://127.0.0.1:41001/pl4c3/#0nc3";

function inVsCode(): void {
  document.body.dataset.vscodeThemeKind = "vscode-light";
  onTestFinished(() => {
    delete document.body.dataset.vscodeThemeKind;
  });
}

function offer(page: Page): HTMLAnchorElement {
  return page.find<HTMLAnchorElement>(".nt-host .nt-open");
}

test("in a notebook there is nothing to note, and no link is asked for", async () => {
  const page = await Page.connected();
  expect(page.has(".nt-host")).toBe(false);
  expect(page.kernel.of("ask_link")).toEqual([]);
});

test("VS Code's person reads what does not work, and gets a link that does", async () => {
  inVsCode();
  const page = await Page.connected();
  expect(page.text(".nt-host")).toContain("VS Code keeps the microphone from widgets");
  await page.kernel.got("ask_link");
  expect(page.has(".nt-open")).toBe(false);
  page.kernel.send({ type: "link", url: LINK });
  await page.see(() => expect(offer(page).href).toBe(LINK));
  expect([offer(page).target, offer(page).rel]).toEqual(["_blank", "noopener noreferrer"]);
});

test("a link that was clicked is replaced", async () => {
  inVsCode();
  const page = await Page.connected();
  page.kernel.send({ type: "link", url: LINK });
  await page.see(() => offer(page));
  offer(page).addEventListener("click", (event) => event.preventDefault());
  offer(page).click();
  await page.see(() => expect(page.kernel.of("ask_link")).toHaveLength(2));
});

test("the note can be dismissed", async () => {
  inVsCode();
  const page = await Page.connected();
  page.find<HTMLButtonElement>(".nt-host .nt-dismiss").click();
  await page.see(() => expect(page.has(".nt-host")).toBe(false));
});

test.each([
  "javascript:alert(1)",
  "https://evil.example/",
  "http://127.0.0.1.evil.example:1/",
  "http://127.0.0.1/",
])("%s is no link of the kernel's", async (url) => {
  inVsCode();
  const page = await Page.connected();
  page.kernel.send({ type: "link", url }, { type: "hint", text: "told" });
  await page.see(() => expect(page.text(".nt-card")).toContain("told"));
  expect(page.has(".nt-open")).toBe(false);
});
