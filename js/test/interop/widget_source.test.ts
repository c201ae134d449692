import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MicrophoneError } from "../../src/audio/source";
import { widgetSource } from "../../src/interop/widget_source";
import { TestModel } from "../support/test_model";

let life: AbortController;
let context: AudioContext;
let taken: MediaStreamTrack[];

beforeEach(() => {
  life = new AbortController();
  context = new AudioContext();
  taken = [];
});

afterEach(async () => {
  life.abort();
  await context.close();
  vi.useRealTimers();
});

function sound(): MediaStreamTrack {
  return new MediaStreamAudioDestinationNode(context).stream.getAudioTracks()[0] as MediaStreamTrack;
}

/** A host whose widget manager has this model, under the id "5f3". */
function host(model: unknown): TestModel {
  const test = new TestModel();
  test.widget_manager = {
    get_model: (id: string) =>
      id === "5f3" ? Promise.resolve(model) : Promise.reject(new Error("no model")),
  };
  return test;
}

function open(test: TestModel): Promise<void> {
  return widgetSource("5f3", test.model).open((track) => taken.push(track), life.signal);
}

async function refusal(opening: Promise<void>): Promise<string> {
  const error = await opening.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(MicrophoneError);
  return (error as MicrophoneError).code;
}

test("its sound is taken as tracks of our own", async () => {
  const track = sound();
  await open(host({ captureStream: async () => new MediaStream([track]) }));
  expect(taken.map(({ kind }) => kind)).toEqual(["audio"]);
  taken[0]?.stop();
  expect(track.readyState).toBe("live");
});

test("sound that comes later is waited for", async () => {
  const stream = new MediaStream();
  const opening = open(host({ captureStream: () => stream }));
  const track = sound();
  await vi.waitFor(() => {
    stream.addTrack(track);
    stream.dispatchEvent(new MediaStreamTrackEvent("addtrack", { track }));
    expect(taken.length).toBeGreaterThan(0);
  });
  await opening;
});

test.each([
  ["has no model", undefined],
  ["has no streams", {}],
  ["gives something else", { captureStream: () => "nothing" }],
  ["refuses", { captureStream: () => Promise.reject(new Error("not here")) }],
])("a widget that %s is unusable", async (_what, model) => {
  expect(await refusal(open(host(model)))).toBe("stream_unusable");
});

test("a host without other widgets is told in the same way", async () => {
  expect(await refusal(open(new TestModel()))).toBe("stream_unusable");
});

test("a stream that stays without sound is unusable, in the end", async () => {
  vi.useFakeTimers();
  const silent = document.createElement("canvas").captureStream();
  const opening = refusal(open(host({ captureStream: async () => silent })));
  await vi.runAllTimersAsync();
  expect(await opening).toBe("stream_unusable");
});
