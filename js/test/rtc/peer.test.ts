import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { ToKernel } from "../../src/messages";
import { CONNECT_MS, Peer } from "../../src/rtc/peer";
import type { Traffic } from "../../src/rtc/traffic";
import { leftovers, type Resources, watchResources } from "../support/resources";
import { ServicePeer, type ServicePeerOptions } from "../support/service_peer";

let life: AbortController;
let resources: Resources;
let sent: ToKernel[];
let failures: string[];
let service: ServicePeer;
/** Whether the service learns the page's candidates: if not, only its own can lead to a connection. */
let tellsCandidates: boolean;

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  sent = [];
  failures = [];
  tellsCandidates = true;
});

afterEach(async () => {
  life.abort();
  await service?.close();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function createPeer(number = 3, iceServers: RTCIceServer[] = []): Peer {
  const events = {
    send: (message: ToKernel) => {
      sent.push(message);
      if (message.type === "answer" || tellsCandidates) void service.take(message);
    },
    onFailed: (reason: string) => failures.push(reason),
    expected: () => "packets" as const,
  };
  return new Peer(number, iceServers, events, life.signal);
}

function createService(options?: ServicePeerOptions): ServicePeer {
  service = new ServicePeer(options);
  return service;
}

async function gathered(): Promise<RTCIceCandidateInit[]> {
  await vi.waitFor(() => expect(service.connection.iceGatheringState).toBe("complete"), { timeout: 10_000 });
  return service.candidates;
}

async function connected(peer: Peer): Promise<void> {
  await vi.waitFor(() => expect(peer.state.value).toBe("connected"), { timeout: 10_000 });
}

function mediaStates(): ToKernel[] {
  return sent.filter(({ type }) => type === "media_state");
}

test("it answers an offer and connects with candidates that come after it", async () => {
  createService();
  const peer = createPeer();
  const offer = await service.offer();
  await peer.accept(offer);
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  expect(mediaStates().at(-1)).toEqual({
    type: "media_state",
    peer: 3,
    state: "connected",
    audio_track: true,
    video_track: true,
  });
  expect(
    peer.stream
      .getTracks()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["audio", "video"]);
});

test("candidates that come before the offer wait for it", async () => {
  tellsCandidates = false;
  createService();
  const peer = createPeer();
  const offer = await service.offer();
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await peer.accept(offer);
  await connected(peer);
});

test("the answer goes out before the page's own candidates", async () => {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  await vi.waitFor(() => expect(sent.some(({ type }) => type === "ice_candidate")).toBe(true), {
    timeout: 10_000,
  });
  const types = sent.map(({ type }) => type);
  expect(types.indexOf("answer")).toBeLessThan(types.indexOf("ice_candidate"));
});

test("a candidate nobody can read costs nothing", async () => {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  await peer.addCandidate({ candidate: "candidate:nonsense", sdpMid: "0" });
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  expect(failures).toEqual([]);
});

test("how loud the voice has been is known while it is played", async () => {
  createService();
  const peer = createPeer();
  expect(await peer.energy()).toBeNull();
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  const speaker = Object.assign(new Audio(), { srcObject: peer.stream });
  onTestFinished(() => Object.assign(speaker, { srcObject: null }) && undefined);
  void speaker.play();
  await vi.waitFor(async () => expect((await peer.energy())?.energy).toBeGreaterThan(0), { timeout: 10_000 });
  const before = await peer.energy();
  await vi.waitFor(async () => expect((await peer.energy())?.seconds).toBeGreaterThan(before?.seconds ?? 0));
  expect(Math.abs((before?.at_ms ?? 0) - performance.now())).toBeLessThan(10_000);
});

test("how long the browser's buffers keep voice and picture is as it was asked for", async () => {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  for (const element of [document.createElement("audio"), document.createElement("video")]) {
    Object.assign(element, { srcObject: peer.stream });
    onTestFinished(() => Object.assign(element, { srcObject: null }) && undefined);
    void element.play();
  }
  const asked = { voice: 150, picture: 180 };
  peer.ask(asked);
  expect(peer.asked).toEqual(asked);
  const aims = () => {
    const { voiceAim, pictureAim } = peer.traffic.value as Traffic;
    return { voiceAim, pictureAim };
  };
  await vi.waitFor(() => expect(aims().pictureAim.count).toBeGreaterThan(0), { timeout: 10_000 });
  await vi.waitFor(() => expect(aims().voiceAim.count).toBeGreaterThan(0), { timeout: 10_000 });
  const before = aims();
  const kept_ms = (name: "voiceAim" | "pictureAim") => {
    const { sum, count } = aims()[name];
    return (1000 * (sum - before[name].sum)) / (count - before[name].count);
  };
  await vi.waitFor(() => expect(kept_ms("voiceAim")).toBeGreaterThan(140), { timeout: 20_000 });
  await vi.waitFor(() => expect(kept_ms("pictureAim")).toBeGreaterThan(160), { timeout: 20_000 });
}, 40_000);

test("a service without an audio track is told so", async () => {
  createService({ audio: false });
  const peer = createPeer();
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await vi.waitFor(
    () =>
      expect(mediaStates().at(-1)).toMatchObject({
        state: "connected",
        audio_track: false,
        video_track: true,
      }),
    { timeout: 10_000 },
  );
});

test("a second offer on the same peer is answered too", async () => {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  service.connection.restartIce();
  await peer.accept(await service.offer());
  expect(sent.filter(({ type }) => type === "answer").length).toBe(2);
  expect(failures).toEqual([]);
});

test("an offer that is none fails with the browser's words", async () => {
  createService();
  const peer = createPeer();
  await peer.accept({ type: "offer", sdp: "nonsense" });
  expect(failures.length).toBe(1);
  expect(peer.state.value).toBe("failed");
  expect(mediaStates().at(-1)).toMatchObject({ state: "failed" });
});

test("without a connection in time it gives up and says so", async () => {
  createService();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const peer = createPeer();
  await peer.accept(await service.offer());
  vi.advanceTimersByTime(CONNECT_MS - 1);
  expect(failures).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(failures).toEqual(["no connection in time"]);
  expect(peer.state.value).toBe("failed");
});

test("a malformed ICE server does not cost the connection", async () => {
  createService();
  const peer = createPeer(3, [{ urls: "nonsense:" }]);
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
});

async function connectedPeer(): Promise<Peer> {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  for (const candidate of await gathered()) await peer.addCandidate(candidate);
  await connected(peer);
  return peer;
}

function frozenReports(): number {
  return mediaStates().filter((message) => "state" in message && message.state === "frozen").length;
}

test("media that stop are reported once, and may come back", async () => {
  const peer = await connectedPeer();
  const senders = service.connection.getSenders().map((sender) => ({ sender, track: sender.track }));
  const replaceAll = (on: boolean) =>
    Promise.all(senders.map(({ sender, track }) => sender.replaceTrack(on ? track : null)));
  for (let times = 0; times < 2; times++) {
    await replaceAll(false);
    await vi.waitFor(() => expect(peer.frozen.value).toBe(true), { timeout: 20_000 });
    expect(frozenReports()).toBe(1);
    await replaceAll(true);
    await vi.waitFor(() => expect(peer.frozen.value).toBe(false), { timeout: 20_000 });
  }
  expect(frozenReports()).toBe(1);
  expect(failures).toEqual([]);
});

test("it knows how late its voice is heard", async () => {
  const peer = await connectedPeer();
  // Only a track that sounds has a delay.
  const sounding = document.createElement("video");
  sounding.srcObject = peer.stream;
  onTestFinished(() => {
    sounding.srcObject = null;
  });
  await sounding.play();
  // Chromium measures its speaker, so that the page's own figure is not needed.
  await vi.waitFor(() => expect(peer.delay(5)).toBe(peer.delay(0)), { timeout: 10_000 });
  expect(peer.delay(0)).toBeLessThan(5);
});

test("closing is reported once and ends the connection", async () => {
  createService();
  const peer = createPeer();
  await peer.accept(await service.offer());
  peer.close();
  peer.close();
  expect(mediaStates().filter((state) => "state" in state && state.state === "closed").length).toBe(1);
  await peer.addCandidate({ candidate: "" });
  await peer.accept({ type: "offer", sdp: "nonsense" });
  expect(failures).toEqual([]);
});
