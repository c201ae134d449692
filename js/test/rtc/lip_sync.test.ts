import { describe, expect, test } from "vitest";
import { corrected, LipSync, UNTOLD_MS } from "../../src/rtc/lip_sync";
import { type Delays, LITTLE } from "../../src/rtc/peer";
import { traffic } from "../support/traffic";

/** A browser that keeps what it is asked for, or more where the line demands it or it has chosen to. */
interface Browser {
  demanded: Delays;
  /** By so much the voice is later than the picture while both are kept as long. */
  late_ms: number;
  /** From look to look the offset strays by this, up and down. */
  strays_ms?: number;
  tells?: boolean;
  /** Whether there are pictures. */
  shows?: boolean;
}

/** What happens in so many seconds: all that was asked for, and the offset at the end. */
function watched(
  { demanded, late_ms, strays_ms = 0, tells = true, shows = true }: Browser,
  seconds: number,
  asked = LITTLE,
) {
  const sync = new LipSync();
  const asks: Delays[] = [];
  const aims = { voice: 0, picture: 0, least: 0 };
  let late = 0;
  for (let second = 1; second <= seconds; second++) {
    const voice = Math.max(asked.voice, demanded.voice);
    const picture = Math.max(asked.picture, demanded.picture);
    late = late_ms + voice - picture;
    aims.voice += voice / 1000;
    aims.picture += (picture - 10) / 1000; // Chromium leaves out what it takes for drawing
    aims.least += demanded.voice / 1000;
    const stray = second % 2 === 0 ? strays_ms : -strays_ms;
    const looked = traffic({
      heard_ms: tells ? 1e6 : null,
      seen_ms: tells ? 1e6 + late + stray - UNTOLD_MS : null,
      voiceAim: { sum: aims.voice, count: second },
      voiceLeast: { sum: aims.least, count: second },
      pictureAim: { sum: aims.picture, count: shows ? second : 0 },
    });
    const next = sync.look(looked, asked);
    if (next === null) continue;
    asks.push(next);
    asked = next;
  }
  return { asks, late, asked };
}

describe("what is asked of the buffers", () => {
  const kept = LITTLE;

  test("a voice that is late makes the picture wait", () => {
    expect(corrected(12, LITTLE, { voice: 90, picture: 60 }, 90)).toEqual({ voice: 40, picture: 72 });
  });

  test("a picture that waited too long is let go first", () => {
    const asked = { voice: 40, picture: 90 };
    expect(corrected(-20, asked, asked, 40)).toEqual({ voice: 40, picture: 70 });
  });

  test("a picture that the browser holds back makes the voice wait", () => {
    expect(corrected(-20, LITTLE, { voice: 50, picture: 80 }, 50)).toEqual({ voice: 70, picture: 20 });
  });

  test("a voice that waited is let go first, while the picture follows", () => {
    expect(corrected(15, { voice: 70, picture: 40 }, { voice: 70, picture: 80 }, 50)).toEqual({
      voice: 55,
      picture: 95,
    });
  });

  test("a few milliseconds are left alone", () => {
    for (const late of [-4.9, 0, 4.9]) expect(corrected(late, LITTLE, kept, 40)).toEqual(LITTLE);
  });

  test("no correction is large", () => {
    expect(corrected(400, LITTLE, kept, 40).picture).toBe(80);
  });

  test("no picture waits for more than a quarter of a second, and no voice much longer than the line demands", () => {
    expect(corrected(40, LITTLE, { voice: 400, picture: 240 }, 400).picture).toBe(250);
    expect(corrected(-40, LITTLE, { voice: 130, picture: 250 }, 45).voice).toBe(85);
  });

  test("a voice that waits is let go as the line gets better", () => {
    expect(corrected(0, { voice: 200, picture: 200 }, { voice: 200, picture: 200 }, 60).voice).toBe(100);
  });
});

describe("lips and voice come together", () => {
  test.each([-60, -33, -20, -8, 8, 20, 33, 60, 150])("from %i ms apart, within half a minute", (late_ms) => {
    const { late } = watched({ demanded: { voice: 40, picture: 80 }, late_ms: late_ms + 40 }, 30);
    expect(Math.abs(late)).toBeLessThan(late_ms < -45 ? 25 : 5.1);
  });

  test("and stay alone then", () => {
    const browser = { demanded: { voice: 60, picture: 30 }, late_ms: 10 };
    const { asks, asked } = watched(browser, 30);
    expect(asks.length).toBeGreaterThan(0);
    expect(watched(browser, 600, asked).asks).toEqual([]);
  });

  test("not as long as the offset strays", () => {
    expect(watched({ demanded: LITTLE, late_ms: 30, strays_ms: 5 }, 60).asks).toEqual([]);
  });

  test("not where the browser does not tell", () => {
    expect(watched({ demanded: LITTLE, late_ms: 30, tells: false }, 60).asks).toEqual([]);
  });

  test("not while no picture comes", () => {
    expect(watched({ demanded: LITTLE, late_ms: 30, shows: false }, 60).asks).toEqual([]);
  });

  test("by no more than one correction in six seconds", () => {
    expect(watched({ demanded: LITTLE, late_ms: 200 }, 18).asks.length).toBe(3);
  });
});
