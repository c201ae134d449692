import type { Total, Traffic } from "../../src/rtc/traffic";

const nothing: Total = { sum: 0, count: 0 };

/** What a connection has received, as far as a test cares. */
export function traffic(more: Partial<Traffic>): Traffic {
  return {
    audioPackets: 0,
    videoPackets: 0,
    frames: 0,
    jitterBuffer: nothing,
    playout: nothing,
    voiceAim: nothing,
    voiceLeast: nothing,
    pictureAim: nothing,
    roundTrip: 0,
    lost: 0,
    jitter: 0,
    heard_ms: null,
    seen_ms: null,
    ...more,
  };
}
