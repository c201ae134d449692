import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { atTheEar, outputLatency } from "../../src/audio/latency";

const FIREFOX_ON_LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
const FIREFOX_ON_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A context that plays, and how often it was asked. */
async function playing() {
  const context = new AudioContext();
  onTestFinished(() => context.close());
  await vi.waitFor(() => expect(context.currentTime).toBeGreaterThan(0.1), { timeout: 10_000 });
  const latency = vi.spyOn(context, "outputLatency", "get");
  const timestamp = vi.spyOn(context, "getOutputTimestamp");
  return { context, asked: () => latency.mock.calls.length + timestamp.mock.calls.length };
}

test.each([navigator.userAgent, FIREFOX_ON_WINDOWS])("the browser is asked: %s", async (browser) => {
  const { context, asked } = await playing();
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue(browser);
  expect(outputLatency(context)).toBe(context.baseLatency + context.outputLatency);
  const before = asked();
  expect(atTheEar(context, context.currentTime)).toBeGreaterThan(0);
  expect(asked()).toBe(before + 1);
});

test("Firefox on Linux, which may freeze then, is not asked, and the sound is supposed to be a little late", async () => {
  const { context, asked } = await playing();
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue(FIREFOX_ON_LINUX);
  expect(outputLatency(context)).toBeCloseTo(context.baseLatency + 0.04);
  const before_ms = performance.now();
  // The context's time stands still while this task runs, so what was 40 ms ago is heard now, to the last digit.
  const heard_ms = atTheEar(context, context.currentTime - 0.04);
  expect(heard_ms).toBeGreaterThanOrEqual(before_ms);
  expect(heard_ms).toBeLessThanOrEqual(performance.now());
  expect(asked()).toBe(0);
});

test.each([navigator.userAgent, FIREFOX_ON_LINUX])(
  "before anything sounds nobody can tell: %s",
  (browser) => {
    vi.spyOn(navigator, "userAgent", "get").mockReturnValue(browser);
    const context = new AudioContext();
    onTestFinished(() => context.close());
    expect(atTheEar(context, 1)).toBeNull();
  },
);
