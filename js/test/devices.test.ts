import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Devices } from "../src/devices";
import { Settings } from "../src/settings";
import { TestModel } from "./support/test_model";

let life: AbortController;
let settings: Settings;
let devices: Devices;

beforeEach(() => {
  life = new AbortController();
  const model = new TestModel();
  settings = new Settings(model.model, () => {}, life.signal);
  devices = new Devices(settings, model.model, life.signal);
});

afterEach(() => {
  life.abort();
  vi.restoreAllMocks();
});

/** Change what is plugged in, as browsers tell it. */
async function plugIn(...labels: string[]): Promise<void> {
  const infos = labels.map((label) => ({ deviceId: `id of ${label}`, kind: kindOf(label), label }));
  vi.spyOn(navigator.mediaDevices, "enumerateDevices").mockResolvedValue(infos as MediaDeviceInfo[]);
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  await vi.waitFor(() => expect(devices.list.value.map(({ label }) => label)).toEqual(labels));
}

function kindOf(label: string): MediaDeviceKind {
  return label.endsWith("speaker") ? "audiooutput" : "audioinput";
}

test("the browser's devices are listed by kind, without its names for its own choice", async () => {
  await devices.look();
  expect(devices.microphones.value.length).toBeGreaterThan(1);
  expect(devices.speakers.value.length).toBeGreaterThan(1);
  for (const { id, label } of devices.list.value) {
    expect(id).not.toMatch(/^(default|communications|)$/);
    expect(label).not.toBe("");
  }
});

test("a camera and what has no name yet are not listed", async () => {
  vi.spyOn(navigator.mediaDevices, "enumerateDevices").mockResolvedValue([
    { deviceId: "1", kind: "videoinput", label: "Camera" },
    { deviceId: "", kind: "audioinput", label: "" },
    { deviceId: "2", kind: "audioinput", label: "Headset" },
  ] as MediaDeviceInfo[]);
  await devices.look();
  expect(devices.list.value).toEqual([{ id: "2", kind: "audioinput", label: "Headset" }]);
});

test("without a choice the browser's own is used", () => {
  expect([devices.source.value.key, devices.speaker.value]).toEqual(["device:", ""]);
  expect([devices.missing.microphone.value, devices.missing.speaker.value]).toEqual([false, false]);
});

test.each(["Headset", "id of Headset"])("%s names a microphone, by label or id", async (name) => {
  await plugIn("Built-in", "Headset");
  settings.write("microphone", name);
  expect(devices.source.value.key).toBe("device:id of Headset");
});

test("a chosen speaker is used", async () => {
  await plugIn("Built-in", "Loud speaker");
  settings.write("speaker", "Loud speaker");
  expect(devices.speaker.value).toBe("id of Loud speaker");
});

test("what is chosen and unplugged is missing until it is back", async () => {
  await plugIn("Built-in", "Headset");
  settings.write("microphone", "Headset");
  await plugIn("Built-in");
  expect([devices.source.value.key, devices.missing.microphone.value]).toEqual(["device:", true]);
  await plugIn("Built-in", "Headset");
  expect([devices.source.value.key, devices.missing.microphone.value]).toEqual([
    "device:id of Headset",
    false,
  ]);
});

test("a device that comes leaves the source that is used as it is", async () => {
  await plugIn("Built-in", "Headset");
  settings.write("microphone", "Headset");
  const before = devices.source.value;
  await plugIn("Built-in", "Headset", "Another");
  expect(devices.source.value).toBe(before);
});

test("a widget's stream is heard in the place of a device", () => {
  settings.write("microphone", "IPY_MODEL_5f3");
  expect(devices.source.value.key).toBe("widget:5f3");
  settings.write("microphone", null);
  expect(devices.source.value.key).toBe("device:");
});

test("a page without mediaDevices has none, and says so", async () => {
  vi.spyOn(navigator, "mediaDevices", "get").mockReturnValue(undefined as unknown as MediaDevices);
  await devices.look();
  expect(devices.list.value).toEqual([]);
});
