import { expect, test } from "vitest";
import { Page } from "./support/page";

const alive = (page: Page) =>
  page.resources.microphoneTracks.filter(({ readyState }) => readyState === "live");

async function deviceId(kind: MediaDeviceKind): Promise<string> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === kind).at(-1)?.deviceId as string;
}

test("the kernel is told the devices of the page that talks", async () => {
  const page = await Page.talking();
  const { devices } = await page.kernel.got("devices", ({ devices }) => devices.length > 1);
  expect(new Set(devices.map(({ kind }) => kind))).toEqual(new Set(["audioinput", "audiooutput"]));
});

test("a page that only watches tells none, until it takes over", async () => {
  const page = await Page.connected({}, (kernel) => {
    kernel.welcome[0] = { type: "welcome", owner: false, owned: true };
    kernel.welcome[1] = { type: "state", status: "listening", error: null, retry: null };
  });
  page.button("Take over here").click();
  await page.kernel.got("devices");
  const types = page.kernel.received.map(({ type }) => type);
  expect(types.indexOf("devices")).toBeGreaterThan(types.indexOf("take_over"));
});

test("another microphone is heard amid the conversation", async () => {
  const page = await Page.talking();
  const chosen = await deviceId("audioinput");
  page.kernel.send({ type: "traits", values: { microphone: chosen }, written: null });
  await page.see(() => expect(alive(page).map((track) => track.getSettings().deviceId)).toEqual([chosen]));
  const before = page.kernel.audio.length;
  await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(before + 5));
  expect(page.root.dataset.microphone).toBe("on");
});

test("another speaker sounds", async () => {
  const page = await Page.talking();
  await page.call();
  await page.until("peerState", "connected");
  const chosen = await deviceId("audiooutput");
  page.kernel.send({ type: "traits", values: { speaker: chosen }, written: null });
  await page.see(() => expect(page.find<HTMLVideoElement>("video").sinkId).toBe(chosen));
});

test.each([
  ["microphone", "That microphone is not there."],
  ["speaker", "That speaker is not there."],
])("a %s that is not there is told, here and in the kernel, and talking goes on", async (name, words) => {
  const page = await Page.talking();
  page.kernel.send({ type: "traits", values: { [name]: "Nowhere" }, written: null });
  await page.see(() => expect(page.text(".nt-notices")).toContain(words));
  expect((await page.kernel.got("page_error")).code).toBe(`${name}_replaced`);
  expect([page.root.dataset.microphone, alive(page).length]).toEqual(["on", 1]);
});

test("a microphone that is unplugged is replaced, and the person is told", async () => {
  const page = await Page.talking();
  const [track] = page.resources.microphoneTracks;
  track?.stop();
  track?.dispatchEvent(new Event("ended"));
  await page.see(() => expect(page.text(".nt-notices")).toContain("That microphone is not there."));
  expect([page.root.dataset.microphone, alive(page).length]).toEqual(["on", 1]);
});

test("a stream that gives no sound is told", async () => {
  const page = await Page.talking();
  page.kernel.send({ type: "traits", values: { microphone: "IPY_MODEL_1" }, written: null });
  await page.see(() => expect(page.text(".nt-notices")).toContain("avatar.microphone"));
  expect((await page.kernel.got("page_error")).code).toBe("stream_unusable");
});

test("the view gives ipywebrtc the avatar as a stream", async () => {
  const page = await Page.talking();
  const { captureStream } = page.root as unknown as {
    captureStream(frames?: number): Promise<MediaStream>;
  };
  expect((await captureStream()).getTracks().length).toBe(2);
  expect((await captureStream(0)).getTracks().map(({ kind }) => kind)).toEqual(["audio"]);
});
