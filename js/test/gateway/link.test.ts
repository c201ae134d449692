import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GatewayLink } from "../../src/gateway/link";
import type { ToPage } from "../../src/messages";
import { ScriptedKernel } from "../support/scripted_kernel";

let life: AbortController;
let kernel: ScriptedKernel;
let messages: ToPage[];
let voice: Int16Array[];
let link: GatewayLink;
let awaited: boolean;

beforeEach(async () => {
  life = new AbortController();
  kernel = await ScriptedKernel.open();
  messages = [];
  voice = [];
  awaited = false;
  link = new GatewayLink(
    kernel.model.model,
    {
      onMessage: (message) => messages.push(message),
      onMedia: (frame) => frame.kind === "voice" && voice.push(frame.pcm),
      idle: () => true,
      awaited: () => awaited,
    },
    life.signal,
  );
});

afterEach(() => {
  life.abort();
  kernel.close();
  vi.useRealTimers();
});

async function reaches(state: string): Promise<void> {
  await vi.waitFor(() => expect(link.state.value).toBe(state), { timeout: 10_000 });
}

test("it asks the kernel, says hello and is welcomed", async () => {
  link.start();
  await reaches("open");
  const [ready] = kernel.model.sent;
  expect(ready).toEqual({
    type: "ready",
    page: expect.stringMatching(/.{8}/),
    origin: window.location.origin,
  });
  expect(kernel.model.sent.length).toBe(1);
  expect([link.way.value, link.why.value]).toEqual(["loopback", []]);
  const [hello, ...others] = kernel.received;
  expect(hello).toEqual({ type: "hello", token: "right-token", name: expect.any(String), connection: 1 });
  expect(others).toEqual([]);
  await vi.waitFor(() => expect(messages.map(({ type }) => type)).toEqual(["welcome", "state", "turns"]));
});

test("nothing is sent before the welcome", async () => {
  link.start();
  link.send({ type: "start" });
  await reaches("open");
  link.send({ type: "stop" });
  await kernel.got("stop");
  expect(kernel.of("start")).toEqual([]);
});

test("voice and audio pass as binary frames", async () => {
  link.start();
  await reaches("open");
  kernel.sendVoice(Int16Array.of(1, -2, 3));
  await vi.waitFor(() => expect(voice.map((pcm) => [...pcm])).toEqual([[1, -2, 3]]));
  link.sendAudio({ sequence: 5, captured_at_ms: 17.5, pcm: new ArrayBuffer(960) });
  await vi.waitFor(() => expect(kernel.audio.length).toBe(1));
  expect(kernel.audio[0]?.getUint32(4, true)).toBe(5);
  expect(kernel.audio[0]?.getFloat64(8, true)).toBe(17.5);
});

test("malformed frames are passed over and break nothing", async () => {
  link.start();
  await reaches("open");
  const before = messages.length;
  for (const text of ["", "{", "null", "[1]", '{"type":3}', '{"type":"turns","turns":3}'])
    kernel.sendText(text);
  for (const size of [1, 3, 15, 16, 17, 19]) kernel.sendBinary(new Uint8Array(size).fill(2));
  kernel.send({ type: "flush_voice" });
  await vi.waitFor(() => expect(messages.slice(before)).toEqual([{ type: "flush_voice" }]));
  expect(voice).toEqual([]);
});

test("after a cut it asks for a fresh address and connects again", async () => {
  link.start();
  await reaches("open");
  kernel.cutSocket();
  await vi.waitFor(() => expect(kernel.connections).toBe(2), { timeout: 10_000 });
  await reaches("open");
  expect(kernel.model.asked).toBe(2);
});

test("a kernel that should say something and does not is taken for lost, and the page comes as the same again", async () => {
  awaited = true;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  link.start();
  await reaches("open");
  vi.advanceTimersByTime(15_000);
  kernel.send({ type: "flush_voice" });
  await vi.waitFor(() => expect(messages.at(-1)?.type).toBe("flush_voice"));
  vi.advanceTimersByTime(15_000);
  expect(link.state.value).toBe("open");
  vi.advanceTimersByTime(1_000);
  expect(link.state.value).toBe("lost");
  await reaches("open");
  const [first, second] = kernel.of("hello");
  expect([first?.connection, second?.connection]).toEqual([1, 2]);
  expect(second?.name).toBe(first?.name);
});

test.each(["runs a cell", "has nothing to say"])("a kernel that %s may be silent", async (why) => {
  awaited = why === "runs a cell";
  if (awaited) kernel.model.widget_manager = { kernel: { status: "busy" } };
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  link.start();
  await reaches("open");
  vi.advanceTimersByTime(3_600_000);
  expect(link.state.value).toBe("open");
});

test("two answers to one question make one connection", async () => {
  link.start();
  kernel.tellAddress();
  await reaches("open");
  kernel.tellAddress();
  link.send({ type: "stop" });
  await kernel.got("stop");
  expect(kernel.connections).toBe(1);
});

test("a refused token is tried again with a bounded patience, then given up", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  kernel.token = "wrong";
  link.start();
  await vi.waitFor(
    async () => {
      await vi.advanceTimersByTimeAsync(500);
      expect(link.state.value).toBe("absent");
    },
    { timeout: 25_000, interval: 20 },
  );
  expect(kernel.model.asked).toBe(7);
  expect(kernel.connections).toBe(0);
});

test("while a cell runs it says that it waits, and connects when the cell ends", async () => {
  kernel.answers = false;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  vi.advanceTimersByTime(1_999);
  expect(link.state.value).toBe("asking");
  vi.advanceTimersByTime(1);
  expect(link.state.value).toBe("waiting");
  vi.useRealTimers();
  kernel.tellAddress();
  await reaches("open");
});

test("a busy kernel is waited for however long its cell takes", () => {
  kernel.answers = false;
  kernel.model.widget_manager = { kernel: { status: "busy" } };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  vi.advanceTimersByTime(3_600_000);
  expect(link.state.value).toBe("waiting");
  expect(kernel.model.sent.length).toBeLessThan(10);
});

test("a kernel that stays silent is taken for absent", () => {
  kernel.answers = false;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  vi.advanceTimersByTime(3_600_000);
  expect(link.state.value).toBe("absent");
});

test("an idle kernel that does not answer has forgotten this widget", () => {
  kernel.answers = false;
  kernel.model.widget_manager = { kernel: { status: "idle" } };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  vi.advanceTimersByTime(2_000);
  expect(link.state.value).toBe("absent");
});

test.each([{ kernel: null }, { kernel: { status: "dead" } }])(
  "a notebook with %o has no kernel",
  (manager) => {
    kernel.answers = false;
    kernel.model.widget_manager = manager;
    link.start();
    expect(link.state.value).toBe("absent");
  },
);

test("a comm that is gone counts as no kernel", () => {
  kernel.model.onSend = () => {
    throw new Error("Cannot send");
  };
  link.start();
  expect(link.state.value).toBe("absent");
});

test("a kernel that comes back is asked again", async () => {
  kernel.model.widget_manager = { kernel: null };
  kernel.answers = false;
  link.start();
  expect(link.state.value).toBe("absent");
  kernel.model.widget_manager = { kernel: { status: "idle" } };
  kernel.answers = true;
  kernel.model.emit("comm_live_update");
  await reaches("open");
});

test("stopping closes the socket and forgets the model, starting begins anew", async () => {
  link.start();
  await reaches("open");
  link.stop();
  expect(link.state.value).toBe("off");
  expect(kernel.model.listenerCount).toBe(0);
  await vi.waitFor(() => expect(kernel.open).toBe(0));
  link.start();
  await reaches("open");
});
