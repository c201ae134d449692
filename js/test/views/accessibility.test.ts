import axe from "axe-core";
import { expect, test } from "vitest";
import { Page } from "../support/page";

async function violations(page: Page): Promise<string[]> {
  // Measured without the fades in between, which have no colour of their own.
  await Promise.allSettled(
    page.first.el.getAnimations({ subtree: true }).map((animation) => {
      if (animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY) return undefined;
      return animation.finished;
    }),
  );
  const { violations: found } = await axe.run(page.first.el, { resultTypes: ["violations"] });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const turns = [
  { id: "a", role: "user", text: "Hello", unheard: "", started_at: 1, final: true, interrupted: false },
  {
    id: "b",
    role: "avatar",
    text: "Good day",
    unheard: " day",
    started_at: 2,
    final: false,
    interrupted: true,
  },
] as const;

test("nothing stands in anyone's way before the start", async () => {
  expect(await violations(await Page.connected())).toEqual([]);
});

test("nor while the avatar speaks", async () => {
  const page = await Page.talking();
  await page.call();
  page.kernel.send(
    { type: "turns", reset: true, turns: [...turns] },
    { type: "tool_call", call_id: "c", name: "f", arguments: {}, state: "done", result: "x", started_at: 2 },
    { type: "state", status: "speaking", error: null, retry: null },
  );
  await page.until("status", "speaking");
  await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
  expect(await violations(page)).toEqual([]);
});

test("nor while the connection is lost", async () => {
  const page = await Page.talking();
  await page.call();
  await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
  const error = { code: "x", message: "The service closed the connection.", hint: "" };
  const retry = { attempt: 2, attempts: 8, at: Date.now() / 1000 + 100 };
  page.kernel.send({ type: "state", status: "reconnecting", error, retry }, { type: "close_peer", peer: 1 });
  await page.see(() => expect(page.has('[data-video="held"]')).toBe(true));
  await page.see(() => expect(page.has(".nt-retrying")).toBe(true));
  expect(await violations(page)).toEqual([]);
});

test("nor while a model is downloaded and a hint is given", async () => {
  const page = await Page.connected();
  page.kernel.send(
    { type: "state", status: "connecting", error: null, retry: null },
    { type: "progress", what: "Downloading the Whisper model base", share: 0.4 },
    { type: "hint", text: "PocketSphinx listens meanwhile." },
  );
  await page.see(() => expect(page.has('[role="progressbar"]') && page.has(".nt-notice")).toBe(true));
  expect(await violations(page)).toEqual([]);
});

test("nor after a failure", async () => {
  const page = await Page.connected();
  const error = { code: "x", message: "It failed.", hint: "Try again." };
  page.kernel.send({ type: "state", status: "failed", error, retry: null });
  await page.see(() => expect(page.has(".nt-notice")).toBe(true));
  expect(await violations(page)).toEqual([]);
});

test("nor in the dark", async () => {
  document.body.dataset.jpThemeLight = "false";
  document.body.style.background = "#191c1f";
  try {
    const page = await Page.connected();
    page.kernel.send({ type: "turns", reset: true, turns: [...turns] });
    await page.see(() => expect(page.has(".nt-turn")).toBe(true));
    expect(await violations(page)).toEqual([]);
  } finally {
    delete document.body.dataset.jpThemeLight;
    document.body.style.background = "";
  }
});
