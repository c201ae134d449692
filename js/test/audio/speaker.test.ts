import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Player } from "../../src/audio/player";
import { soundOn } from "../../src/audio/speaker";
import { leftovers, type Resources, watchResources } from "../support/resources";

let life: AbortController;
let resources: Resources;

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
});

afterEach(async () => {
  life.abort();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The ids of all speakers, which browsers tell to whom the microphone was given. */
async function speakers(): Promise<string[]> {
  for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) track.stop();
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.flatMap(({ kind, deviceId }) => (kind === "audiooutput" ? [deviceId] : [])).slice(1);
}

const sink = () => (resources.contexts.at(-1) as unknown as { sinkId: string }).sinkId;

test("the gateway's voice sounds where it was chosen, before it begins and while it plays", async () => {
  const [first = "", second = ""] = await speakers();
  const player = new Player({ onWorkletFailed: () => {}, onHeard: () => {} }, life.signal);
  player.setSpeaker(first);
  player.unlock();
  await vi.waitFor(() => expect(sink()).toBe(first));
  player.setSpeaker(second);
  await vi.waitFor(() => expect(sink()).toBe(second));
  player.setSpeaker("");
  await vi.waitFor(() => expect(sink()).toBe(""));
});

test("one that is not there leaves the one that sounds", async () => {
  const [first = ""] = await speakers();
  const element = document.createElement("video");
  await soundOn(element, first);
  await soundOn(element, "nowhere");
  expect(element.sinkId).toBe(first);
});

test("a browser that leaves no choice goes on sounding as it does", async () => {
  const element = document.createElement("video");
  Object.assign(element, { setSinkId: undefined });
  await soundOn(element, "anything");
  expect(element.sinkId).toBe("");
});
