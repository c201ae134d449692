import { describe, expect, onTestFinished, test } from "vitest";
import { Page } from "../support/page";

describe("a recording in the kernel", () => {
  test("asks the person, and tells the kernel their word", async () => {
    for (const [button, agreed] of [
      ["Agree and record", true],
      ["Cancel", false],
    ] as const) {
      const page = await Page.connected();
      page.kernel.send({ type: "recording", state: "asked", started_at: null });
      await page.see(() =>
        expect(page.text(".nt-consent")).toContain("the computer that this notebook runs on"),
      );
      page.button(button).click();
      await page.kernel.got("may_record");
      expect(page.kernel.of("may_record")).toEqual([{ type: "may_record", agreed }]);
      page.kernel.send({ type: "recording", state: "off", started_at: null });
      await page.see(() => expect(page.has(".nt-consent")).toBe(false));
    }
  });

  test("asks without drawing away who writes in a cell, but takes who is here along", async () => {
    const page = await Page.connected();
    const cell = document.body.appendChild(document.createElement("textarea"));
    onTestFinished(() => cell.remove());
    for (const here of [false, true]) {
      (here ? page.root : cell).focus();
      page.kernel.send({ type: "recording", state: "asked", started_at: null });
      await page.see(() => expect(page.has(".nt-consent")).toBe(true));
      expect(document.activeElement).toBe(here ? page.find(".nt-consent") : cell);
      page.kernel.send({ type: "recording", state: "off", started_at: null });
      await page.see(() => expect(page.has(".nt-consent")).toBe(false));
    }
  });

  test("is shown and can be ended where the rest of the page's script does not run, and is not agreed to there", async () => {
    const page = await Page.connected({}, (kernel) => {
      kernel.extras = "throw new Error('not here')";
    });
    page.kernel.send({ type: "recording", state: "asked", started_at: null });
    await page.see(() => expect(page.text(".nt-notices[role=status]")).toContain("recordings"));
    expect(page.has(".nt-consent")).toBe(false);
    page.kernel.send({ type: "recording", state: "on", started_at: 1 });
    await page.see(() => expect(page.text(".nt-recording")).toContain("Recording"));
    page.find(".nt-stop-recording").click();
    await page.kernel.got("stop_recording");
    expect(page.kernel.of("may_record")).toEqual([]);
  });

  test("is shown for as long as it runs, whoever began it, and can be ended here", async () => {
    const page = await Page.connected();
    page.kernel.send({ type: "recording", state: "on", started_at: 1 });
    await page.see(() => expect(page.text(".nt-recording")).toContain("Recording"));
    page.find(".nt-stop-recording").click();
    await page.kernel.got("stop_recording");
    page.kernel.send({ type: "recording", state: "off", started_at: null });
    await page.see(() => expect(page.has(".nt-recording")).toBe(false));
  });
});
