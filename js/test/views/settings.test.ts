import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { WritableTrait } from "../../src/messages";
import { Page } from "../support/page";

const VALUES = {
  voice: "cedar",
  voices: ["alloy", "cedar"],
  instructions: "Be brief.",
  turn_detection: "server_vad",
  push_to_talk: false,
  microphone: null,
  speaker: null,
  locale: "en",
};

async function opened(values: Record<string, unknown> = {}): Promise<Page> {
  const page = await Page.connected();
  page.kernel.send({ type: "traits", values: { ...VALUES, ...values }, written: null });
  page.button("Settings").click();
  await page.see(() => expect(field("Voice").value).toBe(values.voice ?? "cedar"));
  return page;

  function field(label: string): HTMLSelectElement {
    return choice(page, label);
  }
}

function choice(page: Page, label: string): HTMLSelectElement {
  const labels = [...page.root.querySelectorAll(".nt-field")];
  const found = labels.find((each) => each.firstElementChild?.textContent === label);
  const select = found?.querySelector<HTMLSelectElement>("select");
  if (select == null) throw new Error(`no choice "${label}"`);
  return select;
}

function words(select: HTMLSelectElement): string[] {
  return [...select.options].map(({ text }) => text);
}

function written(page: Page, name: WritableTrait): unknown[] {
  return page.kernel.of("set_trait").flatMap((message) => (message.name === name ? [message.value] : []));
}

describe("the settings", () => {
  test("open beside their button, close by Escape and give the keyboard back", async () => {
    const page = await opened();
    expect(page.find(".nt-settings").matches(":focus")).toBe(true);
    await userEvent.keyboard("{Escape}");
    await page.see(() => expect(page.has(".nt-settings")).toBe(false));
    expect(page.button("Settings").matches(":focus")).toBe(true);
    expect(page.button("Settings").getAttribute("aria-expanded")).toBe("false");
  });

  test("close by a press elsewhere", async () => {
    const page = await opened();
    page.find(".nt-transcript").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    await page.see(() => expect(page.has(".nt-settings")).toBe(false));
  });

  test("write what Python writes", async () => {
    const page = await opened();
    await userEvent.selectOptions(choice(page, "Voice"), "alloy");
    await page.see(() => expect(written(page, "voice")).toEqual(["alloy"]));
  });

  test("follow what Python writes", async () => {
    const page = await opened();
    page.kernel.send({ type: "traits", values: { voice: "my own" }, written: null });
    await page.see(() => expect(choice(page, "Voice").value).toBe("my own"));
  });

  test("call the voice that a service has for its avatar by no name", async () => {
    const page = await opened({ voice: "" });
    expect(choice(page, "Voice").selectedOptions[0]?.text).toBe("The avatar’s own");
    expect(words(choice(page, "Voice"))).toEqual(["alloy", "cedar", "The avatar’s own"]);
  });

  test("switch the language at once", async () => {
    const page = await opened();
    await userEvent.selectOptions(choice(page, "Language"), "zh");
    await page.see(() => expect(page.text(".nt-settings-head")).toBe("设置"));
    expect(written(page, "locale")).toEqual(["zh"]);
  });

  test("offer nothing that needs the kernel while it has told nothing", async () => {
    const page = await Page.connected();
    page.button("Settings").click();
    await page.see(() => expect(choice(page, "Language").value).toBe("en"));
    expect(page.root.querySelectorAll(".nt-field").length).toBeLessThanOrEqual(3);
  });
});

describe("when a turn ends", () => {
  test("is chosen in words", async () => {
    const page = await opened();
    expect(choice(page, "Answers").selectedOptions[0]?.text).toBe("After a pause");
    await userEvent.selectOptions(choice(page, "Answers"), "After a long pause");
    await page.see(() =>
      expect(written(page, "turn_detection")).toEqual([{ type: "server_vad", silence_duration_ms: 1_000 }]),
    );
  });

  test("keeps what Python has set besides", async () => {
    const page = await opened({
      turn_detection: { type: "server_vad", threshold: 0.8, silence_duration_ms: 700 },
    });
    expect(choice(page, "Answers").selectedOptions[0]?.text).toBe("As set in Python");
    await userEvent.selectOptions(choice(page, "Answers"), "After a short pause");
    await page.see(() =>
      expect(written(page, "turn_detection")).toEqual([
        { type: "server_vad", threshold: 0.8, silence_duration_ms: 250 },
      ]),
    );
  });

  test("is the button's when one talks by it, and the voice's again after that", async () => {
    const page = await opened({ turn_detection: null });
    expect(choice(page, "Answers").value).toBe("button");
    await userEvent.selectOptions(choice(page, "Answers"), "When you sound finished");
    await page.see(() => expect(written(page, "turn_detection")).toEqual([{ type: "semantic_vad" }]));
    await userEvent.selectOptions(choice(page, "Answers"), "When you let go: push to talk");
    await page.see(() => expect(written(page, "push_to_talk")).toEqual([true]));
    await userEvent.selectOptions(choice(page, "Answers"), "After a pause");
    await page.see(() => expect(written(page, "push_to_talk")).toEqual([true, false]));
    expect(written(page, "turn_detection")).toHaveLength(2);
  });
});

describe("the instructions", () => {
  test("are told once, when the person is through with them", async () => {
    const page = await opened();
    const area = page.find<HTMLTextAreaElement>(".nt-area");
    await userEvent.fill(area, "Be kind.");
    expect(written(page, "instructions")).toEqual([]);
    await userEvent.tab();
    await page.see(() => expect(written(page, "instructions")).toEqual(["Be kind."]));
  });

  test("are told too when the settings are closed over them", async () => {
    const page = await opened();
    await userEvent.fill(page.find(".nt-area"), "Be kind.");
    await userEvent.keyboard("{Escape}");
    await page.see(() => expect(written(page, "instructions")).toEqual(["Be kind."]));
  });

  test("keep what is being written when Python changes them", async () => {
    const page = await opened();
    const area = page.find<HTMLTextAreaElement>(".nt-area");
    await userEvent.fill(area, "Be ki");
    page.kernel.send({
      type: "traits",
      values: { instructions: "Be quick.", voice: "alloy" },
      written: null,
    });
    await page.see(() => expect(choice(page, "Voice").value).toBe("alloy"));
    expect(area.value).toBe("Be ki");
  });

  test("that are not changed are not told", async () => {
    const page = await opened();
    page.find(".nt-area").focus();
    await userEvent.tab();
    await userEvent.keyboard("{Escape}");
    await page.see(() => expect(page.has(".nt-settings")).toBe(false));
    expect(written(page, "instructions")).toEqual([]);
  });
});

describe("the microphone", () => {
  test("is the browser's own choice, or one of those there are", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "traits", values: VALUES, written: null });
    page.button("Settings").click();
    await page.see(() => expect(words(choice(page, "Microphone")).length).toBeGreaterThan(1));
    expect(choice(page, "Microphone").selectedOptions[0]?.text).toBe("Browser default");
    const [, first] = choice(page, "Microphone").options;
    await userEvent.selectOptions(choice(page, "Microphone"), first?.value ?? "");
    await page.see(() => expect(written(page, "microphone")).toEqual([first?.value]));
    await userEvent.selectOptions(choice(page, "Microphone"), "Browser default");
    await page.see(() => expect(written(page, "microphone")).toEqual([first?.value, null]));
  });

  test.each([
    ["Headset", "Headset (not there)"],
    ["IPY_MODEL_8f3a", "A stream from the notebook"],
  ])("that Python has chosen as %s is shown as %s", async (microphone, shown) => {
    const page = await opened({ microphone });
    expect(choice(page, "Microphone").selectedOptions[0]?.text).toBe(shown);
  });
});
