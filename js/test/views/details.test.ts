import { describe, expect, test } from "vitest";
import type { Latency } from "../../src/messages";
import { Page } from "../support/page";

const LATENCY: Latency = { turn_id: "a", recognized_ms: 310, words_ms: 420, audio_ms: 455, heard_ms: 540 };

async function opened(page: Page): Promise<Page> {
  page.find(".nt-details-button").click();
  await page.see(() => expect(page.has(".nt-figures")).toBe(true));
  return page;
}

function columns(page: Page): string[][] {
  return [...page.root.querySelectorAll(".nt-answers tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""),
  );
}

describe("the details", () => {
  test("are folded away, and say how good the connection is all the same", async () => {
    const page = await Page.talking();
    expect(page.has(".nt-figures")).toBe(false);
    await page.call();
    await page.see(() => expect(page.text(".nt-details-button")).toMatch(/connection · WebRTC/));
    expect(page.find(".nt-details-button").getAttribute("aria-expanded")).toBe("false");
  });

  test("tell the ways of words, picture and voice", async () => {
    const page = await opened(await Page.talking());
    await page.see(() => expect(page.text(".nt-figures")).toContain("Directly, within this machine"));
    await page.call();
    await page.see(() => expect(page.text(".nt-figures")).toContain("Straight from the service, by WebRTC."));
  });

  test("tell how long the way to the kernel takes, once the kernel has measured it", async () => {
    const page = await opened(await Page.connected());
    page.kernel.send({ type: "ping", sent_ms: 1_760_000_000_000.25, round_trip_ms: null });
    await page.see(() => expect(page.kernel.of("pong")).toHaveLength(1));
    expect(page.text(".nt-figures")).not.toContain("There and back");
    page.kernel.send({ type: "ping", sent_ms: 1_760_000_002_000, round_trip_ms: 4.4 });
    await page.see(() => expect(page.text(".nt-figures")).toContain("There and back4 ms"));
    const [first, second] = page.kernel.of("pong");
    expect(first).toMatchObject({ sent_ms: 1_760_000_000_000.25 });
    expect(Math.abs((first?.received_ms ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(second?.answered_ms).toBeGreaterThanOrEqual(first?.answered_ms ?? 0);
  });

  test("show how long each of the last answers took", async () => {
    const page = await opened(await Page.connected());
    expect(page.has(".nt-answers")).toBe(false);
    page.kernel.send({ type: "latency", ...LATENCY, heard_ms: null });
    await page.see(() => expect(columns(page)).toEqual([["0.31"], ["0.42"], ["0.46"], ["–"]]));
    page.kernel.send({ type: "latency", ...LATENCY });
    page.kernel.send({ type: "latency", ...LATENCY, turn_id: "b", recognized_ms: null });
    await page.see(() =>
      expect(columns(page)).toEqual([
        ["0.31", "–"],
        ["0.42", "0.42"],
        ["0.46", "0.46"],
        ["0.54", "0.54"],
      ]),
    );
  });

  test("keep the order of the answers, and leave out what nobody waited for", async () => {
    const page = await opened(await Page.connected());
    page.kernel.send({ type: "latency", ...LATENCY, words_ms: 10 });
    page.kernel.send({ type: "latency", ...LATENCY, turn_id: "b", words_ms: 20 });
    const nothing = { recognized_ms: null, words_ms: null, audio_ms: null, heard_ms: null };
    page.kernel.send({ type: "latency", ...nothing, turn_id: "a greeting that was cut" });
    page.kernel.send({ type: "latency", ...LATENCY, words_ms: 30 });
    await page.see(() => expect(columns(page)[1]).toEqual(["0.03", "0.02"]));
  });

  test("show a few answers only", async () => {
    const page = await opened(await Page.connected());
    for (let i = 0; i < 9; i += 1)
      page.kernel.send({ type: "latency", ...LATENCY, turn_id: `${i}`, words_ms: 10 * i });
    await page.see(() => expect(columns(page)[1]).toEqual(["0.04", "0.05", "0.06", "0.07", "0.08"]));
  });
});
