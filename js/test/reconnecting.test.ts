import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { KernelError, Retry } from "../src/messages";
import { Page } from "./support/page";

const reason: KernelError = {
  code: "service_lost",
  message: "The service closed the connection.",
  hint: "x",
};

function loseConnection(page: Page, retry: Partial<Retry> = {}, error: KernelError | null = reason): void {
  page.kernel.send({
    type: "state",
    status: "reconnecting",
    error,
    retry: { attempt: 2, attempts: 8, at: Date.now() / 1000 + 100, ...retry },
  });
}

function recover(page: Page): void {
  page.kernel.send({ type: "state", status: "listening", error: null, retry: null });
}

async function reconnecting(page: Page): Promise<Page> {
  loseConnection(page);
  await page.until("status", "reconnecting");
  await page.see(() => expect(page.has(".nt-retrying")).toBe(true));
  return page;
}

async function showing(page: Page): Promise<void> {
  await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("shown"));
}

function drawGreen(context: CanvasRenderingContext2D): void {
  context.fillStyle = "#0c0";
  context.fillRect(0, 0, 320, 400);
}

describe("a lost conversation", () => {
  test("is told with its reason and the seconds to the next try", async () => {
    const page = await reconnecting(await Page.talking());
    expect(page.text('[role="status"]')).toBe("Reconnecting…");
    expect(page.text(".nt-reason")).toBe(reason.message);
    expect(page.text(".nt-retrying")).toMatch(/^Next try in \d+ s \(2 of 8\)\.$/);
    expect(page.has(".nt-notice")).toBe(false);
    loseConnection(page, { at: Date.now() / 1000 - 1 });
    await page.see(() => expect(page.text(".nt-retrying")).toBe("Trying again… (2 of 8)"));
    loseConnection(page, { at: 5, attempt: 3 });
    await page.see(() => expect(page.text(".nt-retrying")).toBe("Trying again soon (3 of 8)."));
    recover(page);
    await page.see(() => expect(page.text('[role="status"]')).toBe("Listening"));
    expect(page.has(".nt-retrying")).toBe(false);
  });

  test("is told in Chinese", async () => {
    const page = await Page.connected({ locale: "zh" });
    loseConnection(page);
    await page.see(() => expect(page.text(".nt-retrying")).toMatch(/^\d+ 秒后重试（第 2 次，共 8 次）。$/));
    expect(page.button("立即重试")).toBeDefined();
  });

  test("is counted without a word to screen readers", async () => {
    const page = await reconnecting(await Page.talking());
    const live = '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"]';
    expect(page.find(".nt-retrying").closest(live)).toBeNull();
  });

  test("is tried at once when asked", async () => {
    const page = await reconnecting(await Page.talking());
    page.button("Try now").click();
    await page.kernel.got("reconnect_now");
    await page.see(() => expect(page.text(".nt-retrying")).toBe("Trying again… (2 of 8)"));
    page.button("Try now").click();
    loseConnection(page, { attempt: 3 });
    await page.see(() => expect(page.text(".nt-retrying")).toContain("(3 of 8)"));
    expect(page.kernel.of("reconnect_now").length).toBe(1);
    page.button("Try now").click();
    await page.see(() => expect(page.kernel.of("reconnect_now").length).toBe(2));
  });

  test("leaves a person at the keyboard at what is nearest when it is back", async () => {
    const page = await reconnecting(await Page.talking());
    page.button("Try now").focus();
    recover(page);
    await page.see(() => expect(document.activeElement).toBe(page.button("Mute microphone")));
  });

  test("keeps the microphone, the captions and the transcript", async () => {
    const page = await Page.talking();
    const turn = { id: "a", role: "avatar", text: "As I was saying", started_at: 1, final: true } as const;
    page.kernel.send({ type: "turns", reset: true, turns: [{ ...turn, interrupted: false, unheard: "" }] });
    await reconnecting(page);
    expect(page.text(".nt-captions")).toBe(turn.text);
    expect(page.text(".nt-bubble")).toBe(turn.text);
    recover(page);
    await page.until("status", "listening");
    const before = page.kernel.audio.length;
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(before));
    expect(page.resources.microphoneTracks.map((track) => track.readyState)).toEqual(["live"]);
    expect(page.kernel.of("start").length).toBe(1);
  });

  test("keeps what is being typed, to be sent later", async () => {
    const page = await Page.talking();
    page.find(".nt-input").focus();
    await userEvent.keyboard("Are you");
    await reconnecting(page);
    await userEvent.keyboard(" there?{Enter}");
    const input = page.find<HTMLInputElement>(".nt-input");
    const hint = document.getElementById(input.getAttribute("aria-describedby") ?? "");
    expect(hint?.textContent).toContain("waits for the connection");
    expect(input.value).toBe("Are you there?");
    recover(page);
    await page.see(() => expect(page.has(".nt-composer-hint")).toBe(false));
    await userEvent.keyboard("{Enter}");
    expect((await page.kernel.got("send_text")).text).toBe("Are you there?");
    expect(page.kernel.of("send_text").length).toBe(1);
  });

  test("can be given up", async () => {
    const page = await reconnecting(await Page.talking());
    page.kernel.obliging = false;
    page.button("Stop").click();
    await page.kernel.got("stop");
    await page.until("microphone", "off");
    await page.see(() => expect(page.has(".nt-retrying")).toBe(false));
  });

  test("is not counted while the kernel itself is out of reach", async () => {
    const page = await reconnecting(await Page.talking());
    page.kernel.answers = false;
    page.kernel.cutSocket();
    await page.see(() => expect(page.has(".nt-retrying")).toBe(false));
    expect(page.text('[role="status"]')).toContain("link to the kernel is lost");
  });

  test("leaves its last picture when the video ends", async () => {
    const page = await Page.talking();
    const service = await page.call(1, { draw: drawGreen });
    await showing(page);
    await reconnecting(page);
    page.kernel.send({ type: "close_peer", peer: 1 });
    await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("held"));
    const picture = page.find<HTMLCanvasElement>("canvas.nt-picture");
    expect(picture.hidden).toBe(false);
    const [red = 0, green = 0] = picture.getContext("2d")?.getImageData(160, 200, 1, 1).data ?? [];
    expect(green).toBeGreaterThan(150);
    expect(red).toBeLessThan(60);
    await service.close();
    page.kernel.send({ type: "state", status: "closed", error: null, retry: null });
    await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("none"));
    expect(picture.hidden).toBe(true);
  });

  test("has no video that fails", async () => {
    const page = await reconnecting(await Page.talking());
    page.kernel.send({ type: "offer", peer: 1, sdp: { type: "offer", sdp: "nonsense" }, ice_servers: [] });
    await page.kernel.got("media_state", ({ state }) => state === "failed");
    recover(page);
    await page.until("status", "listening");
    expect(page.kernel.of("page_error")).toEqual([]);
    expect(page.has(".nt-notice")).toBe(false);
    page.kernel.sendVoice(new Int16Array(24_000).fill(2_000));
    await page.until("voicePath", "gateway");
  });
});

async function frozen(page: Page): Promise<void> {
  const service = await page.call(1);
  await showing(page);
  page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
  for (const sender of service.connection.getSenders()) {
    if (sender.track?.kind === "video") await sender.replaceTrack(null);
  }
  await page.kernel.got("media_state", ({ peer, state }) => peer === 1 && state === "frozen");
  await page.see(() => expect(page.text('[role="status"]')).toContain("The picture stands still"));
}

test("a picture that stands still and then breaks off is not waited for", async () => {
  const page = await Page.talking();
  await frozen(page);
  page.kernel.send({ type: "offer", peer: 1, sdp: { type: "offer", sdp: "nonsense" }, ice_servers: [] });
  await page.kernel.got("media_state", ({ state }) => state === "failed");
  await page.see(() => expect(page.text('[role="status"]')).toBe("Speaking"));
});

describe("a new offer", () => {
  test("replaces the peer without Start, and without a moment of nothing", async () => {
    const page = await Page.talking();
    const first = await page.call(1, { draw: drawGreen });
    await showing(page);
    const stage = page.find(".nt-stage");
    const seen = new Set<string | undefined>();
    const watch = new MutationObserver(() => seen.add(stage.dataset.video));
    watch.observe(stage, { attributes: true, attributeFilter: ["data-video"] });
    await reconnecting(page);
    page.kernel.send({ type: "close_peer", peer: 1 });
    await page.until("peerState", "none");
    recover(page);
    const second = await page.call(2);
    await page.until("peerState", "connected");
    await page.until("voicePath", "webrtc");
    await showing(page);
    watch.disconnect();
    expect([...seen]).toEqual(["held", "shown"]);
    const own = page.resources.peers.filter(
      (connection) => connection !== first.connection && connection !== second.connection,
    );
    expect(own.map(({ signalingState }) => signalingState)).toEqual(["closed", "stable"]);
    expect(page.first.el.querySelectorAll("video").length).toBe(1);
    expect(page.find<HTMLVideoElement>("video").muted).toBe(false);
    expect(page.kernel.of("start").length).toBe(1);
    expect(page.kernel.of("take_over")).toEqual([]);
  });

  test("ends the words about a picture that stands still", async () => {
    const page = await Page.talking();
    await frozen(page);
    page.kernel.send({ type: "close_peer", peer: 1 });
    await page.until("peerState", "none");
    expect(page.text('[role="status"]')).toContain("The picture stands still");
    await page.call(2);
    await page.see(() => expect(page.text('[role="status"]')).toBe("Speaking"));
    await showing(page);
  });
});

describe("how late the voice is heard", () => {
  test("is told for the track, and that it is not heard while the volume is nought", async () => {
    const page = await Page.talking();
    await page.call();
    const told = await page.kernel.got("playback", ({ delay_ms }) => delay_ms !== null);
    expect(told.delay_ms).toBeGreaterThan(0);
    page.kernel.model.set("volume", 0);
    await page.see(() => expect(page.kernel.of("playback").at(-1)?.delay_ms).toBeNull());
    page.kernel.model.set("volume", 1);
    await page.see(() => expect(page.kernel.of("playback").at(-1)?.delay_ms).toBeGreaterThan(0));
    loseConnection(page);
    await page.see(() => expect(page.kernel.of("playback").at(-1)?.delay_ms).toBeNull());
  });

  test("counts what waits of the gateway's voice", async () => {
    const page = await Page.talking();
    page.kernel.sendVoice(new Int16Array(24_000 * 30).fill(2_000));
    await page.kernel.got("playback", ({ delay_ms }) => delay_ms !== null && delay_ms > 1_000);
  });

  test("is not told by a page that does not have the media", async () => {
    const page = await Page.connected();
    page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
    await page.until("status", "speaking");
    page.button("Continue here").click();
    await page.kernel.got("playback");
    const types = page.kernel.received.map(({ type }) => type);
    expect(types.indexOf("playback")).toBeGreaterThan(types.indexOf("take_over"));
  });
});
