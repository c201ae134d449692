import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { Page } from "./support/page";

/** A conversation in which the person says when their turn is over. */
async function talkingByButton(traits: Record<string, unknown> = { push_to_talk: true }): Promise<Page> {
  const page = await Page.talking({}, (kernel) => {
    kernel.welcome = [...kernel.welcome, { type: "traits", values: traits, written: null }];
  });
  await page.see(() => expect(page.has(".nt-talk")).toBe(true));
  return page;
}

const talkButton = (page: Page) => page.find<HTMLButtonElement>(".nt-talk");
const pressed = (page: Page) => talkButton(page).getAttribute("aria-pressed");
/** What has come since, in its order. */
const heard = (page: Page) => page.kernel.audio.length;

async function holdWithMouse(page: Page): Promise<void> {
  talkButton(page).dispatchEvent(
    new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerId: 1, isPrimary: true }),
  );
  await page.kernel.got("talk_begin");
}

async function letGo(page: Page): Promise<void> {
  talkButton(page).dispatchEvent(new PointerEvent("pointerup", { bubbles: true, pointerId: 1 }));
  await page.kernel.got("talk_end");
}

describe("the microphone", () => {
  test("is heard only while the button is held", async () => {
    vi.spyOn(Element.prototype, "setPointerCapture").mockImplementation(() => {});
    const page = await talkingByButton();
    expect(heard(page)).toBe(0);
    await holdWithMouse(page);
    await page.see(() => expect(heard(page)).toBeGreaterThan(5));
    await letGo(page);
    const said = heard(page);
    page.kernel.send({ type: "state", status: "thinking", error: null, retry: null });
    await page.until("status", "thinking");
    page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
    await page.until("status", "speaking");
    expect(heard(page)).toBe(said);
  });

  test("has a button too where the service listens for no end of a turn", async () => {
    const page = await talkingByButton({ turn_detection: null });
    expect(page.has(".nt-mute-button")).toBe(false);
    page.kernel.send({ type: "traits", values: { turn_detection: "server_vad" }, written: null });
    await page.see(() => expect(page.has(".nt-talk")).toBe(false));
    await page.see(() => expect(heard(page)).toBeGreaterThan(5));
  });

  test("that was muted is opened by whoever wants to talk", async () => {
    vi.spyOn(Element.prototype, "setPointerCapture").mockImplementation(() => {});
    const page = await talkingByButton({ push_to_talk: true, muted: true });
    await holdWithMouse(page);
    expect((await page.kernel.got("set_trait")).value).toBe(false);
    await page.see(() => expect(heard(page)).toBeGreaterThan(2));
    await letGo(page);
  });
});

describe("Space", () => {
  test("is the button, wherever in the widget one is", async () => {
    const page = await talkingByButton();
    page.find(".nt-scroll").focus();
    await userEvent.keyboard("{ >}");
    await page.kernel.got("talk_begin");
    await page.see(() => expect(pressed(page)).toBe("true"));
    await userEvent.keyboard("{/ }");
    await page.kernel.got("talk_end");
    expect(pressed(page)).toBe("false");
    expect(page.kernel.of("talk_begin").length).toBe(1);
  });

  test("talks after a click on another button, which it does not press again", async () => {
    const page = await talkingByButton();
    await userEvent.click(page.button("Captions"));
    await userEvent.keyboard("{ >}");
    await page.kernel.got("talk_begin");
    await userEvent.keyboard("{/ }");
    await page.kernel.got("talk_end");
    expect(page.kernel.of("set_trait").map(({ value }) => value)).toEqual([false]);
  });

  test("is a blank in a message, and a press on a button that the keyboard has reached", async () => {
    const page = await talkingByButton();
    page.find(".nt-input").focus();
    await userEvent.keyboard("a b{Enter}");
    expect((await page.kernel.got("send_text")).text).toBe("a b");
    page.button("Captions").focus();
    await userEvent.keyboard(" ");
    await page.kernel.got("set_trait");
    expect(page.kernel.of("talk_begin")).toEqual([]);
  });

  test("is the page's own outside of the widget", async () => {
    const page = await talkingByButton();
    (document.activeElement as HTMLElement | null)?.blur();
    await userEvent.keyboard(" ");
    page.button("Stop").click();
    await page.kernel.got("stop");
    expect(page.kernel.of("talk_begin")).toEqual([]);
  });

  test("is let go of by a window that loses the keyboard", async () => {
    const page = await talkingByButton();
    talkButton(page).focus();
    await userEvent.keyboard("{ >}");
    await page.kernel.got("talk_begin");
    window.dispatchEvent(new Event("blur"));
    await page.kernel.got("talk_end");
    await userEvent.keyboard("{/ }");
  });
});

test("who cannot hold a button presses it twice", async () => {
  const page = await talkingByButton();
  talkButton(page).click(); // as a screen reader or a switch does
  await page.kernel.got("talk_begin");
  await page.see(() => expect(pressed(page)).toBe("true"));
  talkButton(page).click();
  await page.kernel.got("talk_end");
});

test("pressed again at once, it goes on with the same turn", async () => {
  const page = await talkingByButton();
  talkButton(page).click();
  await page.kernel.got("talk_begin");
  talkButton(page).click();
  talkButton(page).click();
  await page.see(() => expect(heard(page)).toBeGreaterThan(20));
  expect(page.kernel.of("talk_end")).toEqual([]);
  expect(page.kernel.of("talk_begin").length).toBe(1);
});

test("the turn ends with the conversation, and with the page's part in it", async () => {
  const page = await talkingByButton();
  talkButton(page).click();
  await page.kernel.got("talk_begin");
  page.kernel.send({ type: "owner", owner: false, owned: true });
  await page.until("owner", "false");
  await page.kernel.got("talk_end");
  expect(pressed(page)).toBe("false");
  expect(talkButton(page).getAttribute("aria-disabled")).toBe("true");
  talkButton(page).click();
  expect(pressed(page)).toBe("false");
});

test("without a microphone the button asks for it again", async () => {
  const page = await Page.connected({}, (kernel) => {
    kernel.welcome = [...kernel.welcome, { type: "traits", values: { push_to_talk: true }, written: null }];
  });
  const microphone = vi.spyOn(navigator.mediaDevices, "getUserMedia");
  microphone.mockRejectedValueOnce(new DOMException("no", "NotAllowedError"));
  page.button("Start").click();
  await page.until("microphone", "microphone_denied");
  await page.see(() => expect(page.text(".nt-talk")).toBe("Try the microphone again"));
  talkButton(page).click();
  await page.until("microphone", "on");
  expect(page.kernel.of("talk_begin")).toEqual([]);
});
