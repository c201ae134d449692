import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AvatarStream } from "../../src/interop/avatar_stream";
import { leftovers, type Resources, watchResources } from "../support/resources";

let life: AbortController;
let resources: Resources;
const picture = signal<MediaStream | null>(null);
const voice = signal<MediaStream | null>(null);
let stream: AvatarStream;

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  stream = new AvatarStream({ picture, voice, label: () => "AI avatar" }, life.signal);
});

afterEach(async () => {
  life.abort();
  picture.value = voice.value = null;
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const kinds = (captured: MediaStream) =>
  captured
    .getTracks()
    .map(({ kind }) => kind)
    .sort();

/** A picture of one colour that goes on being drawn. */
function plain(colour: string): MediaStream {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 400 });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const draw = () => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 320, 400);
    if (!life.signal.aborted) requestAnimationFrame(draw);
  };
  draw();
  return canvas.captureStream();
}

/** The colour in the middle of what a video shows. */
function colour(video: HTMLVideoElement): string {
  const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(video, 160, 200, 1, 1, 0, 0, 1, 1);
  const [red = 0, green = 0] = context.getImageData(0, 0, 1, 1).data;
  return red > 200 ? "red" : green > 90 ? "green" : "none";
}

test("nothing is made before somebody asks", () => {
  expect(resources.contexts).toEqual([]);
});

test("it has picture and voice, before there are any too", () => {
  expect(kinds(stream.capture())).toEqual(["audio", "video"]);
});

test("without frames it has the voice alone", () => {
  expect(kinds(stream.capture(0))).toEqual(["audio"]);
});

test("who stops theirs stops nobody else's", () => {
  const [first, second] = [stream.capture(), stream.capture()];
  for (const track of first.getTracks()) track.stop();
  expect(second.getTracks().map(({ readyState }) => readyState)).toEqual(["live", "live"]);
  expect(resources.contexts.length).toBe(1);
});

test("another picture comes over the same track", async () => {
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = stream.capture();
  void video.play();
  for (const each of ["red", "green"]) {
    picture.value = plain(each);
    await vi.waitFor(() => expect(colour(video)).toBe(each), { timeout: 10_000 });
  }
  video.srcObject = null;
});

test("the voice is in it, whichever stream brings it", async () => {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context);
  context.createMediaStreamSource(stream.capture(0)).connect(analyser);
  const loud = () => {
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.max(...samples) > 0.1;
  };
  for (const _ of ["over WebRTC", "over the gateway"]) {
    const output = new MediaStreamAudioDestinationNode(context);
    const tone = new OscillatorNode(context);
    tone.connect(output);
    tone.start();
    voice.value = output.stream;
    await vi.waitFor(() => expect(loud()).toBe(true), { timeout: 10_000 });
    voice.value = null;
    await vi.waitFor(() => expect(loud()).toBe(false), { timeout: 10_000 });
  }
  await context.close();
});

test("it ends when the avatar leaves, and can be asked for again", () => {
  const captured = stream.capture();
  stream.close();
  expect(captured.getTracks().map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  expect(kinds(stream.capture())).toEqual(["audio", "video"]);
  expect(resources.contexts.length).toBe(2);
});
