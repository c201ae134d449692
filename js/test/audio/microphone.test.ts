import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Microphone } from "../../src/audio/microphone";
import { deviceSource, MicrophoneError } from "../../src/audio/source";
import { leftovers, type Resources, watchResources } from "../support/resources";

let life: AbortController;
let resources: Resources;
let blocks: number;
let faults: string[];
let replaced: number;
let told: number;
let microphone: Microphone;

beforeEach(() => {
  life = new AbortController();
  resources = watchResources();
  blocks = 0;
  replaced = 0;
  told = 0;
  faults = [];
  microphone = new Microphone(
    {
      onBlock: () => (blocks += 1),
      onFault: ({ code }) => faults.push(code),
      onHeard: () => (told += 1),
      onReplaced: () => (replaced += 1),
    },
    life.signal,
  );
});

afterEach(async () => {
  life.abort();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Wait until more is heard. */
async function heard(): Promise<void> {
  const before = blocks;
  await vi.waitFor(() => expect(blocks).toBeGreaterThan(before + 3), { timeout: 10_000 });
}

function lose(index: number): void {
  const track = resources.microphoneTracks[index];
  track?.stop();
  track?.dispatchEvent(new Event("ended"));
}

/** Which of the tracks that were opened are alive. */
function alive(): number[] {
  return resources.microphoneTracks.flatMap(({ readyState }, index) =>
    readyState === "live" ? [index] : [],
  );
}

async function deviceId(index: number): Promise<string> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "audioinput").at(index)?.deviceId as string;
}

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

describe("a microphone that the browser holds back", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  const holdBack = () => resources.contexts[0]?.suspend();
  const silent = () =>
    vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(microphone.state.value).toBe("microphone_silent");
    });

  test("is named after some seconds, and heard when it is let go", async () => {
    await microphone.open();
    await heard();
    await holdBack();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(faults).toEqual([]);
    await silent();
    expect([faults, told]).toEqual([["microphone_silent"], 1]);
    await resources.contexts[0]?.resume();
    await heard();
    expect([microphone.state.value, told]).toEqual(["on", 2]);
  });

  test("is opened anew where the person tries again", async () => {
    await microphone.open();
    await heard();
    await holdBack();
    await silent();
    await microphone.open();
    await heard();
    expect([microphone.state.value, alive()]).toEqual(["on", [1]]);
  });

  test("does not take the place of the one that is heard", async () => {
    await microphone.open();
    await heard();
    const resume = vi.spyOn(AudioContext.prototype, "resume");
    resume.mockImplementation(function (this: AudioContext) {
      return this.suspend();
    });
    microphone.use(deviceSource(await deviceId(-1)));
    await vi.waitFor(() => expect(alive()).toEqual([0, 1]));
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(faults).toEqual(["microphone_silent"]);
    });
    await heard();
    expect([microphone.state.value, alive()]).toEqual(["on", [0]]);
  });
});

test("in the place of a lost device the browser's own choice is heard", async () => {
  await microphone.open();
  await heard();
  lose(0);
  await vi.waitFor(() => expect(replaced).toBe(1), { timeout: 10_000 });
  await heard();
  expect([microphone.state.value, faults, alive()]).toEqual(["on", [], [1]]);
});

test("where there is no other, a lost device lets go and can be opened again", async () => {
  await microphone.open();
  await heard();
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValueOnce(
    new DOMException("", "NotFoundError"),
  );
  lose(0);
  await vi.waitFor(() => expect(microphone.state.value).toBe("microphone_lost"));
  expect([faults, replaced]).toEqual([["microphone_lost"], 0]);
  await microphone.open();
  expect(microphone.state.value).toBe("on");
});

test("devices that go away one after the other are not opened for ever", async () => {
  await microphone.open();
  lose(0);
  await vi.waitFor(() => expect(alive()).toEqual([1]));
  lose(1);
  expect([microphone.state.value, faults]).toEqual(["microphone_lost", ["microphone_lost"]]);
});

test("until another microphone is there, the former one is heard", async () => {
  await microphone.open();
  await heard();
  const addModule = AudioWorklet.prototype.addModule;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  vi.spyOn(AudioWorklet.prototype, "addModule").mockImplementation(async function (this: AudioWorklet, url) {
    await gate;
    await addModule.call(this, url);
  });
  microphone.use(deviceSource(await deviceId(-1)));
  await vi.waitFor(() => expect(alive()).toEqual([0, 1]));
  await heard();
  open();
  await vi.waitFor(() => expect(alive()).toEqual([1]), { timeout: 10_000 });
  await heard();
  expect(resources.microphoneTracks[1]?.getSettings().deviceId).toBe(await deviceId(-1));
  expect(microphone.state.value).toBe("on");
});

test("where one was refused, another one may do", async () => {
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValueOnce(
    new DOMException("", "NotAllowedError"),
  );
  await microphone.open();
  expect(microphone.state.value).toBe("microphone_denied");
  microphone.use(deviceSource(await deviceId(-1)));
  await vi.waitFor(() => expect(microphone.state.value).toBe("on"));
});

test("the same one again changes nothing", async () => {
  await microphone.open();
  microphone.use(deviceSource(""));
  await heard();
  expect(resources.microphoneTracks.length).toBe(1);
});

test("one that is chosen before is the one that is opened", async () => {
  microphone.use(deviceSource(await deviceId(-1)));
  await microphone.open();
  expect(resources.microphoneTracks[0]?.getSettings().deviceId).toBe(await deviceId(-1));
});

test("one that is not there leaves the one that is heard", async () => {
  await microphone.open();
  await heard();
  microphone.use(deviceSource("nowhere"));
  await vi.waitFor(() => expect(replaced).toBe(1));
  await heard();
  expect([microphone.state.value, faults, alive()]).toEqual(["on", [], [0]]);
});

test("a stream that turns out to have no sound leaves the one that is heard", async () => {
  await microphone.open();
  await heard();
  let giveUp = () => {};
  const open = () =>
    new Promise<void>((_, reject) => {
      giveUp = () => reject(new MicrophoneError("stream_unusable"));
    });
  microphone.use({ key: "stream", lasting: false, open });
  await vi.waitFor(() => expect(resources.contexts.length).toBe(2));
  await heard();
  giveUp();
  await vi.waitFor(() => expect(faults).toEqual(["stream_unusable"]));
  await heard();
  expect([microphone.state.value, alive()]).toEqual(["on", [0]]);
});

test("where nothing is heard yet, the browser's own choice is opened in the place of one that is not there", async () => {
  microphone.use(deviceSource("nowhere"));
  await microphone.open();
  expect([microphone.state.value, faults, replaced, alive()]).toEqual(["on", [], 1, [0]]);
});

test("muted, another one stays muted", async () => {
  await microphone.open();
  await heard();
  microphone.mute(true);
  microphone.use(deviceSource(await deviceId(-1)));
  await vi.waitFor(() => expect(alive()).toEqual([1]), { timeout: 10_000 });
  expect(resources.microphoneTracks[1]?.enabled).toBe(false);
});

test("closing amid a change leaves nothing open", async () => {
  await microphone.open();
  await heard();
  microphone.use(deviceSource(await deviceId(-1)));
  microphone.close();
  await vi.waitFor(() => expect(leftovers(resources)).toEqual([]));
  expect(microphone.state.value).toBe("off");
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
