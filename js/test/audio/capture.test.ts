import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Capture, type CaptureEvents, openCapture } from "../../src/audio/capture";
import { deviceSource, MicrophoneError, type Source } from "../../src/audio/source";
import { leftovers, type Resources, watchResources } from "../support/resources";
import { rms } from "../support/signals";

interface Heard {
  pcm: ArrayBuffer;
  captured_at_ms: number;
  peak: number;
}

let life: AbortController;
let resources: Resources;
let heard: Heard[];
let lost: number;

const microphone = deviceSource("");

const events: CaptureEvents = {
  onBlock: (pcm, captured_at_ms, peak) => heard.push({ pcm, captured_at_ms, peak }),
  onLost: () => {
    lost += 1;
  },
};

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  heard = [];
  lost = 0;
});

afterEach(async () => {
  life.abort();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function blocks(count: number): Promise<Heard[]> {
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
  return heard;
}

function failWith(name: string): void {
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValue(new DOMException("no", name));
}

async function codeOf(opening: Promise<Capture>): Promise<string> {
  const error = await opening.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(MicrophoneError);
  return (error as MicrophoneError).code;
}

test("the microphone arrives as blocks of 480 samples", async () => {
  await openCapture(microphone, events, life.signal);
  const sizes = (await blocks(60)).map(({ pcm }) => pcm.byteLength);
  expect(new Set(sizes)).toEqual(new Set([960]));
});

test("the beeps of the fake device are heard", async () => {
  await openCapture(microphone, events, life.signal);
  await vi.waitFor(
    () => expect(Math.max(...heard.map(({ pcm }) => rms(new Int16Array(pcm))))).toBeGreaterThan(500),
    {
      timeout: 10_000,
    },
  );
});

test("capture times rise by 20 ms a block and lie in the past", async () => {
  await openCapture(microphone, events, life.signal);
  const times = (await blocks(40)).map(({ captured_at_ms }) => captured_at_ms);
  const span = (times.at(-1) as number) - (times[0] as number);
  expect(span / (times.length - 1)).toBeGreaterThan(10);
  expect(span / (times.length - 1)).toBeLessThan(40);
  expect(times.at(-1)).toBeLessThanOrEqual(performance.timeOrigin + performance.now());
});

test("echo, noise and level are taken care of by the browser", async () => {
  await openCapture(microphone, events, life.signal);
  expect(resources.microphoneTracks[0]?.getConstraints()).toMatchObject({
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  });
});

test("disabled, it delivers silence", async () => {
  const capture = await openCapture(microphone, events, life.signal);
  capture.enable(false);
  await vi.waitFor(() => expect(heard.slice(-10).map(({ peak }) => peak)).toEqual(new Array(10).fill(0)), {
    timeout: 10_000,
  });
});

test("the signal puts the light out", async () => {
  await openCapture(microphone, events, life.signal);
  await blocks(1);
  life.abort();
  expect(resources.microphoneTracks.map(({ readyState }) => readyState)).toEqual(["ended"]);
});

test("a signal that fires while the browser asks leaves no track alive", async () => {
  const opening = openCapture(microphone, events, life.signal);
  life.abort();
  await expect(opening).rejects.toThrow();
  expect(resources.microphoneTracks.map(({ readyState }) => readyState)).toEqual(["ended"]);
});

test("a device that goes away is reported", async () => {
  await openCapture(microphone, events, life.signal);
  resources.microphoneTracks[0]?.dispatchEvent(new Event("ended"));
  expect(lost).toBe(1);
});

test.each([
  ["NotAllowedError", "microphone_denied"],
  ["SecurityError", "microphone_denied"],
  ["NotFoundError", "microphone_missing"],
  ["OverconstrainedError", "microphone_missing"],
  ["NotReadableError", "microphone_lost"],
])("%s is told as %s", async (name, code) => {
  failWith(name);
  expect(await codeOf(openCapture(microphone, events, life.signal))).toBe(code);
});

test("a page without mediaDevices is told to be insecure", async () => {
  vi.spyOn(navigator, "mediaDevices", "get").mockReturnValue(undefined as unknown as MediaDevices);
  expect(await codeOf(openCapture(microphone, events, life.signal))).toBe("insecure_context");
});

test("a policy that forbids the worklet is told, and the light goes out", async () => {
  vi.spyOn(AudioWorklet.prototype, "addModule").mockRejectedValue(new DOMException("aborted", "AbortError"));
  expect(await codeOf(openCapture(microphone, events, life.signal))).toBe("worklet_failed");
  expect(resources.microphoneTracks.map(({ readyState }) => readyState)).toEqual(["ended"]);
});

test("the microphone that was chosen is the one that is opened", async () => {
  const inputs = (await navigator.mediaDevices.enumerateDevices()).filter(
    ({ kind }) => kind === "audioinput",
  );
  const chosen = inputs.at(-1)?.deviceId as string;
  await openCapture(deviceSource(chosen), events, life.signal);
  expect(resources.microphoneTracks[0]?.getSettings().deviceId).toBe(chosen);
});

/** A tone that begins when it is told to, on a track of its own each time. */
function tone(): { source: Source; begin: () => MediaStreamTrack; end: () => void } {
  const context = new AudioContext();
  let give: (track: MediaStreamTrack) => void = () => {};
  const source: Source = {
    key: "tone",
    lasting: false,
    async open(onTrack) {
      give = onTrack;
    },
  };
  const begin = () => {
    const output = new MediaStreamAudioDestinationNode(context);
    const oscillator = new OscillatorNode(context);
    oscillator.connect(output);
    oscillator.start();
    const track = output.stream.getAudioTracks()[0] as MediaStreamTrack;
    give(track);
    return track;
  };
  return { source, begin, end: () => void context.close() };
}

const loud = (count: number) => heard.slice(-count).every(({ peak }) => peak > 0.1);
const silent = (count: number) => heard.slice(-count).every(({ peak }) => peak === 0);

test("sound that ends goes on as silence, by which the service hears that it has ended", async () => {
  const { source, begin, end } = tone();
  await openCapture(source, events, life.signal);
  for (const _ of ["once", "and again"]) {
    const track = begin();
    await vi.waitFor(() => expect(loud(10)).toBe(true), { timeout: 10_000 });
    track.stop();
    await vi.waitFor(() => expect(silent(10)).toBe(true), { timeout: 10_000 });
  }
  expect(lost).toBe(0);
  end();
});

test("tracks that come after the end are stopped too", async () => {
  const { source, begin, end } = tone();
  await openCapture(source, events, life.signal);
  life.abort();
  expect(begin().readyState).toBe("ended");
  end();
});
