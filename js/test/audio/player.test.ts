import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Player } from "../../src/audio/player";
import { leftovers, type Resources, watchResources } from "../support/resources";

let life: AbortController;
let resources: Resources;
let player: Player;
let failures: number;
let heard: number[];

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  failures = 0;
  heard = [];
  const events = { onWorkletFailed: () => (failures += 1), onHeard: (at_ms: number) => heard.push(at_ms) };
  player = new Player(events, life.signal);
});

afterEach(async () => {
  life.abort();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const second = () => new Int16Array(24_000).fill(3_000);

test("voice is played and its end noticed", async () => {
  player.play(new Int16Array(4_800).fill(3_000));
  await vi.waitFor(() => expect(player.playing.value).toBe(true), { timeout: 10_000 });
  await vi.waitFor(() => expect(player.playing.value).toBe(false), { timeout: 10_000 });
});

test("a flush ends it long before its end", async () => {
  for (let seconds = 0; seconds < 50; seconds++) player.play(second());
  await vi.waitFor(() => expect(player.playing.value).toBe(true), { timeout: 10_000 });
  player.flush();
  await vi.waitFor(() => expect(player.playing.value).toBe(false), { timeout: 10_000 });
});

test("after a flush the next answer plays", async () => {
  player.play(second());
  await vi.waitFor(() => expect(player.playing.value).toBe(true), { timeout: 10_000 });
  player.flush();
  await vi.waitFor(() => expect(player.playing.value).toBe(false), { timeout: 10_000 });
  player.play(second());
  await vi.waitFor(() => expect(player.playing.value).toBe(true), { timeout: 10_000 });
});

test("the moment at which voice begins to be heard is told once for each stretch", async () => {
  const sent_ms = performance.now();
  player.play(second());
  await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 10_000 });
  expect(heard[0]).toBeGreaterThan(sent_ms);
  expect(heard[0]).toBeLessThan(performance.now() + 500);
  player.flush();
  await vi.waitFor(() => expect(player.playing.value).toBe(false), { timeout: 10_000 });
  player.play(second());
  await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 10_000 });
  expect(heard[1]).toBeGreaterThan(heard[0] as number);
});

test("closing gives the speaker back, playing takes it again", async () => {
  player.unlock();
  player.close();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  player.play(second());
  await vi.waitFor(() => expect(player.playing.value).toBe(true), { timeout: 10_000 });
});

test("a policy that forbids the worklet is told", async () => {
  vi.spyOn(AudioWorklet.prototype, "addModule").mockRejectedValue(new DOMException("aborted", "AbortError"));
  player.play(second());
  await vi.waitFor(() => expect(failures).toBe(1));
});

test("voice that knows its moment tells when each moment is heard", async () => {
  expect(player.heardAt(7_000)).toBeNull();
  const sent_ms = performance.now();
  player.play(second(), 7_000);
  await vi.waitFor(() => expect(player.heardAt(7_000)).not.toBeNull(), { timeout: 10_000 });
  const heard_ms = player.heardAt(7_000) ?? 0;
  expect(heard_ms).toBeGreaterThan(sent_ms);
  expect(heard_ms).toBeLessThan(performance.now() + 500);
  expect((player.heardAt(7_040) ?? 0) - heard_ms).toBeCloseTo(40);
  player.close();
  expect(player.heardAt(7_000)).toBeNull();
});
