import { expect, test } from "vitest";
import { type Expected, Stillness } from "../../src/rtc/stillness";
import type { Traffic } from "../../src/rtc/traffic";
import { traffic } from "../support/traffic";

function received(audioPackets: number, videoPackets: number, frames: number): Traffic {
  return traffic({ audioPackets, videoPackets, frames });
}

/** What each look says, given how much each brings of audio packets, video packets and frames. */
function looks(times: number, brings: [number, number, number], expected: Expected, from = new Stillness()) {
  let [audio, video, frames] = [1_000, 1_000, 500];
  return Array.from({ length: times }, () => {
    [audio, video, frames] = [audio + brings[0], video + brings[1], frames + brings[2]];
    return from.look(received(audio, video, frames), expected);
  });
}

const quiet = Array<boolean>(5).fill(false);

test("without any packets media stand still after five looks", () => {
  expect(looks(7, [0, 0, 0], "packets")).toEqual([...quiet, true, true]);
});

test.each([
  ["audio", [50, 0, 0]],
  ["video", [0, 30, 30]],
] as const)("%s alone is enough while the avatar does not speak", (_kind, brings) => {
  expect(looks(20, [...brings], "packets")).not.toContain(true);
});

test("a voice without frames stands still after five looks", () => {
  expect(looks(7, [50, 0, 0], "frames")).toEqual([...quiet, true, true]);
});

test("packets of a picture that never make a frame are none", () => {
  expect(looks(7, [50, 30, 0], "frames")).toEqual([...quiet, true, true]);
});

test("a voice that never had a picture misses none", () => {
  const stillness = new Stillness();
  const seen = Array.from({ length: 20 }, (_, look) => stillness.look(received(50 * look, 0, 0), "frames"));
  expect(seen).not.toContain(true);
});

test("the looks are counted anew where nothing was due", () => {
  const stillness = new Stillness();
  expect(looks(5, [0, 0, 0], "packets", stillness)).not.toContain(true);
  expect(looks(1, [0, 0, 0], "nothing", stillness)).toEqual([false]);
  expect(looks(4, [0, 0, 0], "packets", stillness)).not.toContain(true);
});

test("one packet ends it", () => {
  const stillness = new Stillness();
  expect(looks(6, [0, 0, 0], "packets", stillness).at(-1)).toBe(true);
  expect(stillness.look(received(1_001, 1_000, 500), "packets")).toBe(false);
});
