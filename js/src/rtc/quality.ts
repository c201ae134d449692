/** How well the media come over WebRTC, in the words that call windows use. */

import type { Quality } from "../media_path";
import type { Traffic } from "./traffic";

/** Where a conversation begins to suffer, and where it is hard: share of packets lost, seconds of round trip and jitter. */
const FAIR = { loss: 0.01, roundTrip: 0.2, jitter: 0.03 };
const POOR = { loss: 0.05, roundTrip: 0.4, jitter: 0.06 };

/** Judge what came between two looks. */
export function rated(before: Traffic, now: Traffic): Quality {
  const lost = Math.max(0, now.lost - before.lost);
  const packets = now.audioPackets + now.videoPackets - before.audioPackets - before.videoPackets;
  const loss = lost / Math.max(1, lost + packets);
  const exceeds = (bound: typeof FAIR) =>
    loss > bound.loss || now.roundTrip > bound.roundTrip || now.jitter > bound.jitter;
  return exceeds(POOR) ? "poor" : exceeds(FAIR) ? "fair" : "good";
}
