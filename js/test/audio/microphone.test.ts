import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Microphone } from "../../src/audio/microphone";
import { leftovers, type Resources, watchResources } from "../support/resources";

let life: AbortController;
let resources: Resources;
let blocks: number;
let faults: string[];
let microphone: Microphone;

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  blocks = 0;
  faults = [];
  microphone = new Microphone(
    { onBlock: () => (blocks += 1), onFault: ({ code }) => faults.push(code) },
    life.signal,
  );
});

afterEach(async () => {
  life.abort();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("it opens, meters what it hears, and closes", async () => {
  await microphone.open();
  expect(microphone.state.value).toBe("on");
  await vi.waitFor(() => expect(microphone.level.value).toBeGreaterThan(0.02), { timeout: 10_000 });
  microphone.close();
  expect([microphone.state.value, microphone.level.value]).toEqual(["off", 0]);
  expect(resources.microphoneTracks.map(({ readyState }) => readyState)).toEqual(["ended"]);
});

test("opening twice asks once", async () => {
  await Promise.all([microphone.open(), microphone.open()]);
  expect(resources.microphoneTracks.length).toBe(1);
});

test("a refusal is not final", async () => {
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValueOnce(
    new DOMException("", "NotAllowedError"),
  );
  await microphone.open();
  expect([microphone.state.value, faults]).toEqual(["microphone_denied", ["microphone_denied"]]);
  await microphone.open();
  expect(microphone.state.value).toBe("on");
});

test("a lost device lets go and can be opened again", async () => {
  await microphone.open();
  resources.microphoneTracks[0]?.dispatchEvent(new Event("ended"));
  expect([microphone.state.value, faults]).toEqual(["microphone_lost", ["microphone_lost"]]);
  await microphone.open();
  expect(microphone.state.value).toBe("on");
});

test("closing while the browser asks leaves nothing open and no fault", async () => {
  const opening = microphone.open();
  microphone.close();
  await opening;
  expect([microphone.state.value, faults]).toEqual(["off", []]);
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
});

test("muted, it passes nothing on", async () => {
  await microphone.open();
  await vi.waitFor(() => expect(blocks).toBeGreaterThan(2), { timeout: 10_000 });
  microphone.mute(true);
  const before = blocks;
  const [track] = resources.microphoneTracks;
  expect(track?.enabled).toBe(false);
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  expect(blocks).toBe(before);
  microphone.mute(false);
  await vi.waitFor(() => expect(blocks).toBeGreaterThan(before), { timeout: 10_000 });
});
