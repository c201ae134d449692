import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { onLoopback } from "../../src/gateway/addresses";
import { GatewayLink } from "../../src/gateway/link";
import type { ToPage } from "../../src/messages";
import { ScriptedKernel } from "../support/scripted_kernel";

vi.mock(import("../../src/gateway/addresses"), { spy: true });

let life: AbortController;
let kernel: ScriptedKernel;
let messages: ToPage[];
let voice: number[][];
let link: GatewayLink;
let idle: boolean;

beforeEach(async () => {
  life = new AbortController();
  kernel = await ScriptedKernel.open();
  messages = [];
  voice = [];
  idle = true;
  link = new GatewayLink(
    kernel.model.model,
    {
      onMessage: (message) => messages.push(message),
      onMedia: (frame) => frame.kind === "voice" && voice.push([...frame.pcm]),
      idle: () => idle,
      awaited: () => false,
    },
    life.signal,
  );
});

afterEach(() => {
  life.abort();
  kernel.close();
  vi.useRealTimers();
  expect(kernel.model.listenerCount).toBe(0);
});

async function reaches(state: string): Promise<void> {
  await vi.waitFor(() => expect(link.state.value).toBe(state), { timeout: 10_000 });
}

/** Nobody listens at the gateway's port on this machine. */
function blockLoopback(): void {
  kernel.listens = false;
}

/** A port that takes connections and says nothing: an address behind a firewall, or another program. */
function silenceLoopback(): void {
  const Real = WebSocket;
  const silent = (url: string) => Object.assign(new EventTarget(), { url, close() {}, readyState: 0 });
  const first = new Proxy(Real, {
    construct: (_, [url]: [string]) => (/:1\/|silent/.test(url) ? silent(url) : new Real(url)),
  });
  vi.stubGlobal("WebSocket", first);
  onTestFinished(() => void vi.unstubAllGlobals());
  kernel.listens = false;
}

/** The page says where its notebook server is, which passes on to the gateway. */
function tellServer(): void {
  const { base, path } = kernel.behindProxy;
  const config = document.head.appendChild(document.createElement("script"));
  config.id = "jupyter-config-data";
  config.type = "application/json";
  config.textContent = JSON.stringify({ baseUrl: base });
  onTestFinished(() => config.remove());
  kernel.proxyPath = path;
}

test("where loopback is refused, the notebook server passes on", async () => {
  blockLoopback();
  tellServer();
  link.start();
  await reaches("open");
  expect(link.way.value).toBe("proxy");
  expect(link.why.value).toEqual([{ way: "loopback", obstacle: "refused" }]);
  link.send({ type: "stop" });
  await kernel.got("stop");
  expect(kernel.of("hello").length).toBe(1);
});

test("a page from elsewhere asks its server first, and its own machine only if that does not pass on", async () => {
  vi.mocked(onLoopback).mockReturnValue(false);
  onTestFinished(() => void vi.mocked(onLoopback).mockRestore());
  tellServer();
  link.start();
  await reaches("open");
  expect([link.way.value, link.why.value]).toEqual(["proxy", []]);
  expect(kernel.connections).toBe(1);
  link.stop();
  document.getElementById("jupyter-config-data")?.remove();
  link.start();
  await reaches("open");
  expect([link.way.value, link.why.value]).toEqual(["loopback", [{ way: "proxy", obstacle: "unknown" }]]);
});

test("where loopback is silent, the next way is tried", async () => {
  silenceLoopback();
  tellServer();
  link.start();
  await reaches("open");
  expect(link.way.value).toBe("proxy");
  expect(link.why.value).toEqual([{ way: "loopback", obstacle: "silent" }]);
});

test("where two ways are silent, the third is found within five seconds", async () => {
  silenceLoopback();
  tellServer();
  kernel.proxyPath = "silent/";
  kernel.comm.serve();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  await vi.advanceTimersByTimeAsync(4_999);
  expect([link.state.value, link.way.value]).toEqual(["open", "comm"]);
  expect(link.why.value).toEqual([
    { way: "loopback", obstacle: "silent" },
    { way: "proxy", obstacle: "silent" },
  ]);
});

test("where no socket gets through, all goes by the comm", async () => {
  blockLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  expect(link.way.value).toBe("comm");
  expect(link.why.value).toEqual([
    { way: "loopback", obstacle: "refused" },
    { way: "proxy", obstacle: "unknown" },
  ]);
  expect(messages.map(({ type }) => type)).toEqual(["welcome", "state", "turns"]);
  link.send({ type: "send_text", text: "hello" });
  await kernel.got("send_text");
  kernel.comm.sendBinary(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 254, 255));
  expect(voice).toEqual([[1, -2]]);
});

test("by comm, five blocks of the microphone travel together", async () => {
  blockLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  for (let sequence = 0; sequence < 12; sequence++) {
    link.sendAudio({ sequence, captured_at_ms: 0, pcm: new ArrayBuffer(960) });
  }
  await vi.waitFor(() => expect(kernel.audio.length).toBe(12)); // the last two when no more come
  expect(kernel.comm.gathered).toEqual([5, 5, 2]);
  expect(kernel.audio.map((frame) => frame.getUint32(4, true))).toEqual([...Array(12).keys()]);
});

test("by comm, a running cell pauses: sound that nobody can take is dropped, words are kept", async () => {
  blockLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  kernel.comm.pause();
  for (let sequence = 0; sequence < 200; sequence++) {
    link.sendAudio({ sequence, captured_at_ms: 0, pcm: new ArrayBuffer(960) });
  }
  link.send({ type: "send_text", text: "later" });
  await vi.waitFor(() => expect(link.paused.value).toBe(true), { timeout: 5_000 });
  expect(link.state.value).toBe("open");
  kernel.comm.serve();
  await vi.waitFor(() => expect(link.paused.value).toBe(false));
  await kernel.got("send_text");
  expect(kernel.audio.length).toBeLessThanOrEqual(30);
  link.sendAudio({ sequence: 200, captured_at_ms: 0, pcm: new ArrayBuffer(960) });
  await vi.waitFor(() => expect(kernel.audio.at(-1)?.getUint32(4, true)).toBe(200)); // the newest were kept
});

/** A machine with so much to do that a socket to it opens when the test says so. */
function delayLoopback(): () => void {
  const Real = WebSocket;
  const listeners = { open: [] as (() => void)[] };
  let ready = false;
  const slow = new Proxy(Real, {
    construct(_, [url]: [string]) {
      const socket = new Real(url);
      const add = socket.addEventListener.bind(socket) as (...values: unknown[]) => void;
      socket.addEventListener = ((type: string, listener: () => void, options: unknown) => {
        const held = () => (ready ? listener() : listeners.open.push(listener));
        add(type, type === "open" ? held : listener, options);
      }) as never;
      return socket;
    },
  });
  vi.stubGlobal("WebSocket", slow);
  onTestFinished(() => void vi.unstubAllGlobals());
  return () => {
    ready = true;
    for (const listener of listeners.open.splice(0)) listener();
  };
}

test("on the kernel's own machine, a gateway that takes its time is waited for", async () => {
  const answer = delayLoopback();
  kernel.comm.serve();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(link.state.value).toBe("connecting");
  answer();
  await reaches("open");
  expect([link.way.value, link.why.value]).toEqual(["loopback", []]);
  expect(kernel.comm.page).toBeNull();
});

test("a better way that answers late is taken after all, while nothing would be cut", async () => {
  const answer = delayLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  expect(link.way.value).toBe("comm");
  const { page } = kernel.comm;
  answer();
  await vi.waitFor(() => expect(link.way.value).toBe("loopback"));
  expect([link.state.value, link.why.value]).toEqual(["open", []]);
  await vi.waitFor(() => expect(kernel.comm.closed).toEqual([page]));
  link.send({ type: "stop" });
  await kernel.got("stop");
  expect(kernel.open).toBe(1);
});

test("a better way that answers in the midst of a conversation is left alone", async () => {
  const answer = delayLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  idle = false;
  answer();
  await vi.waitFor(() => expect([kernel.connections, kernel.open]).toEqual([1, 0]));
  expect([link.state.value, link.way.value]).toEqual(["open", "comm"]);
  expect(kernel.comm.closed).toEqual([]);
});

test("a link by comm goes the better way the next time", async () => {
  blockLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  kernel.listens = true;
  kernel.comm.close();
  await vi.waitFor(() => expect(link.way.value).toBe("loopback"), { timeout: 5_000 });
  expect(link.why.value).toEqual([]);
});

test("a gateway that is slow because of a cell is not given up for the comm", async () => {
  blockLoopback();
  silenceLoopback();
  kernel.model.widget_manager = { kernel: { status: "busy" } };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  link.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.state.value).toBe("waiting");
  expect(kernel.model.asked).toBe(1);
});

test("a page that leaves says so by comm, and so does one that found a better way", async () => {
  blockLoopback();
  kernel.comm.serve();
  link.start();
  await reaches("open");
  const { page } = kernel.comm;
  link.stop();
  expect(link.way.value).toBeNull();
  await vi.waitFor(() => expect(kernel.comm.closed).toEqual([page]));
});

test("by comm, a kernel that was restarted is noticed", async () => {
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] as const;
  vi.useFakeTimers({ toFake: [...toFake] });
  silenceLoopback();
  kernel.model.widget_manager = { kernel: { status: "idle" } };
  kernel.comm.serve();
  link.start();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(link.way.value).toBe("comm");
  kernel.comm.forget();
  kernel.answers = false;
  link.send({ type: "interrupt" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(link.state.value).toBe("restarted");
});

test("an invitation of another page is left to it", async () => {
  kernel.answers = false;
  link.start();
  kernel.tellAddress("another-page");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(link.state.value).toBe("asking");
  kernel.tellAddress(kernel.model.sent.map((content) => (content as { page: string }).page)[0]);
  await reaches("open");
});
