import { describe, expect, test, vi } from "vitest";
import { encoded, videoFrame } from "../support/encoded_pictures";
import { Page } from "../support/page";

const RELAYED = { type: "media_path", path: "gateway", why: "relayed" } as const;
const GREEN = "rgb(0, 200, 0)";

/** What shows pictures comes after the first of them: the page asks for one that it can begin with. */
async function talkingOverTheGateway(): Promise<Page> {
  const page = await Page.talking({}, (kernel) => {
    kernel.givesExtras = false;
  });
  page.kernel.send(RELAYED);
  await page.until("mediaPath", "gateway");
  page.kernel.send({ type: "extras", script: page.kernel.extras });
  await page.kernel.got("key_frame");
  page.kernel.received.length = 0;
  return page;
}

/** Show pictures of a colour until they are seen. */
async function show(page: Page, colour: string): Promise<void> {
  for (const [index, picture] of (await encoded([colour, colour, colour, colour, colour])).entries())
    page.kernel.sendBinary(videoFrame(picture, 1_000 + index * 40));
  await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("shown"));
}

async function green(video: HTMLVideoElement): Promise<number> {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context?.drawImage(video, 0, 0, 1, 1);
  return context?.getImageData(0, 0, 1, 1).data[1] ?? 0;
}

describe("a picture that comes over the gateway", () => {
  test("is shown as a stream of its own", async () => {
    const page = await talkingOverTheGateway();
    await show(page, GREEN);
    const video = page.find<HTMLVideoElement>("video");
    await page.see(async () => expect(await green(video)).toBeGreaterThan(150));
    expect((video.srcObject as MediaStream).getTracks().map(({ kind }) => kind)).toEqual(["video"]);
    expect(page.has(".nt-notice")).toBe(false);
    await page.kernel.got("first_frame");
  });

  test("ends with the conversation, and its decoder with it", async () => {
    const page = await talkingOverTheGateway();
    await show(page, GREEN);
    page.button("Stop").click();
    await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("none"));
    expect(page.resources.decoders.map(({ state }) => state)).toEqual(["closed"]);
    await page.until("mediaPath", "none");
  });

  test("gives way to an offer of the service", async () => {
    const page = await talkingOverTheGateway();
    await show(page, GREEN);
    await page.call(2);
    await page.until("mediaPath", "webrtc");
    await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("shown"));
    expect(page.resources.decoders.map(({ state }) => state)).toEqual(["closed"]);
  });

  test("is not looked at by a page that does not own the conversation", async () => {
    const page = await Page.connected();
    page.kernel.send(RELAYED, { type: "flush_voice" });
    const [picture] = await encoded([GREEN]);
    if (picture !== undefined) page.kernel.sendBinary(videoFrame(picture, 1_000));
    page.kernel.send({ type: "hint", text: "seen" });
    await page.see(() => expect(page.has(".nt-notice")).toBe(true));
    expect(page.resources.decoders).toEqual([]);
  });

  test("that is broken goes on with the next key frame", async () => {
    const page = await talkingOverTheGateway();
    page.kernel.sendBinary(videoFrame({ key: true, data: Uint8Array.of(1, 2, 3, 4, 5) }, 1_000));
    await page.kernel.got("key_frame");
    await show(page, GREEN);
  });

  test("that is always broken is given up", async () => {
    const page = await talkingOverTheGateway();
    for (const position_ms of [1_000, 1_040, 1_080])
      page.kernel.sendBinary(videoFrame({ key: true, data: Uint8Array.of(1, 2, 3, 4, 5) }, position_ms));
    await page.kernel.got("decoders", ({ codecs }) => codecs.length === 0);
  });
});

test("the kernel learns which pictures can be shown", async () => {
  const page = await Page.connected();
  const { codecs } = await page.kernel.got("decoders");
  expect(codecs[0]).toBe("vp8");
});

test("a browser without WebCodecs says that it can show none", async () => {
  const page = await Page.open(); // it is asked by the first message of the gateway, which has yet to come
  vi.stubGlobal("VideoDecoder", undefined);
  expect((await page.kernel.got("decoders")).codecs).toEqual([]);
});

test("a browser without WebRTC says so, and takes what comes instead", async () => {
  const page = await Page.talking();
  vi.stubGlobal("RTCPeerConnection", undefined);
  page.kernel.send({ type: "offer", peer: 4, sdp: { type: "offer", sdp: "v=0\r\n" }, ice_servers: [] });
  await page.kernel.got("media_state", ({ peer, state }) => peer === 4 && state === "failed");
  page.kernel.send(RELAYED);
  await show(page, GREEN);
});

test("where only the voice comes, it is said why", async () => {
  const page = await Page.talking();
  page.kernel.send({ type: "media_path", path: "voice-only", why: "no_decoder" });
  await page.until("mediaPath", "voice-only");
  await page.see(() => expect(page.text('.nt-notice[data-code="webrtc_failed"]')).toContain("voice"));
  page.kernel.send(RELAYED);
  await page.see(() => expect(page.has('.nt-notice[data-code="webrtc_failed"]')).toBe(false));
});
