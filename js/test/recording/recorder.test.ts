import { describe, expect, test, vi } from "vitest";
import { savedFiles } from "../support/downloads";
import { Page } from "../support/page";

const RED = [200, 30, 40] as const;

function red(context: CanvasRenderingContext2D): void {
  context.fillStyle = `rgb(${RED.join(",")})`;
  context.fillRect(0, 0, 320, 400);
}

async function seen(page: Page): Promise<void> {
  await page.call(1, { draw: red });
  await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
  await page.until("voicePath", "webrtc");
}

async function press(page: Page, name: string): Promise<void> {
  if (page.has(".nt-more-button") && !page.has(".nt-more")) page.button("More").click();
  await page.see(() => expect(page.resting(name)).toBe(false));
  page.button(name).click();
}

async function begin(page: Page): Promise<void> {
  await press(page, "Record");
  await page.see(() => expect(page.has(".nt-consent")).toBe(true));
  page.button("Agree and record").click();
  await page.see(() => expect(page.has(".nt-recording")).toBe(true));
}

async function lasts(page: Page, seconds: number): Promise<void> {
  await page.see(() => {
    const [, minutes, rest] = /(\d+):(\d\d)/.exec(page.text(".nt-recording")) ?? [];
    expect(60 * Number(minutes) + Number(rest)).toBeGreaterThanOrEqual(seconds);
  });
}

/** How long a recording is and how loud, and the colour in the midst of its picture. */
async function contentOf(file: Blob): Promise<{ seconds: number; rms: number; colour: number[] }> {
  const context = new OfflineAudioContext(1, 48_000, 48_000);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const samples = sound.getChannelData(0);
  const rms = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.src = URL.createObjectURL(file);
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await video.play();
  await shown;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas?.drawImage(video, 160, 200, 1, 1, 0, 0, 1, 1);
  const colour = [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
  video.src = "";
  return { seconds: sound.duration, rms, colour };
}

describe("a recording", () => {
  test("begins when everybody has agreed, and not before", async () => {
    const page = await Page.talking();
    await seen(page);
    const started = vi.spyOn(MediaRecorder.prototype, "start");
    await press(page, "Record");
    await page.see(() => expect(page.text(".nt-consent")).toContain("Everyone who can be heard must agree"));
    expect(document.activeElement).toBe(page.find(".nt-consent"));
    page.button("Cancel").click();
    await page.see(() => expect(page.has(".nt-consent")).toBe(false));
    expect(started).not.toHaveBeenCalled();
    await begin(page);
    expect(started).toHaveBeenCalled();
    expect(page.text(".nt-recording")).toContain("Recording");
  });

  test("has the avatar's picture and both voices, and says that it shows no human being", async () => {
    const saved = savedFiles();
    const page = await Page.talking();
    await seen(page);
    const label = vi.spyOn(CanvasRenderingContext2D.prototype, "fillText");
    await begin(page);
    await lasts(page, 2);
    page.button("Stop recording").click();
    await page.see(() => expect(saved.length).toBe(1));
    const [{ name, file } = { name: "", file: new Blob() }] = saved;
    expect(name).toMatch(/^Leo \(AI avatar\) \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.(webm|mp4)$/);
    expect(label.mock.calls.map(([text]) => text)).toContain("AI avatar");
    const { seconds, rms, colour } = await contentOf(file);
    expect(seconds).toBeGreaterThan(0.5); // a busy machine leaves some of it out
    expect(rms).toBeGreaterThan(0.01);
    for (const [index, value] of RED.entries())
      expect(Math.abs((colour[index] ?? 0) - value)).toBeLessThan(30);
    await page.see(() => expect(page.text(".nt-toast")).toBe(`Saved: ${name}`));
  });

  test("hears the person too", async () => {
    const saved = savedFiles();
    const page = await Page.talking();
    await page.call(1, { draw: red, audio: false });
    await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
    await begin(page);
    await lasts(page, 3); // the fake microphone beeps each second
    page.button("Stop recording").click();
    await page.see(() => expect(saved.length).toBe(1));
    expect((await contentOf(saved[0]?.file ?? new Blob())).rms).toBeGreaterThan(0.005);
  });

  test("goes on when another picture takes the first one's place", async () => {
    const saved = savedFiles();
    const page = await Page.talking();
    await seen(page);
    await begin(page);
    page.kernel.send({ type: "close_peer", peer: 1 });
    await page.see(() => expect(page.has('[data-video="shown"]')).toBe(false));
    await page.call(2, { draw: red });
    await page.see(() => expect(page.has('[data-video="shown"]')).toBe(true));
    await lasts(page, 2);
    page.button("Stop recording").click();
    await page.see(() => expect(saved.length).toBe(1));
    expect((await contentOf(saved[0]?.file ?? new Blob())).seconds).toBeGreaterThan(0.5);
  });

  test("ends with the conversation, and is kept", async () => {
    const saved = savedFiles();
    const page = await Page.talking();
    await seen(page);
    await begin(page);
    page.button("Stop").click();
    await page.see(() => expect(saved.length).toBe(1));
    expect(page.has(".nt-recording")).toBe(false);
    if (!page.has(".nt-record-button")) page.button("More").click();
    await page.see(() => expect(page.resting("Record")).toBe(true));
  });

  test("that grows too large ends by itself, and is kept", async () => {
    const saved = savedFiles();
    const page = await Page.talking();
    await seen(page);
    const piece = Object.defineProperty(new Blob(["x"]), "size", { value: 500_000_000 });
    const start = vi.spyOn(MediaRecorder.prototype, "start");
    await begin(page);
    const recorder = start.mock.contexts[0] as MediaRecorder;
    recorder.dispatchEvent(Object.assign(new Event("dataavailable"), { data: piece }));
    await page.see(() => expect(saved.length).toBe(1));
    expect(page.has(".nt-recording")).toBe(false);
  });
});
