/** How much has sounded of a track, as its statistics show it. */

/** Totals of what has sounded; two of them tell how loud it was between. */
export interface Energy {
  /** By `performance.now()`. */
  at_ms: number;
  /** Of full scale squared, times seconds. */
  energy: number;
  seconds: number;
}

/** What a voice's statistics tell of it; null where the browser does not. */
export function readEnergy(statistics: RTCStatsReport): Energy | null {
  let energy: Energy | null = null;
  statistics.forEach((entry: RTCInboundRtpStreamStats) => {
    if (entry.type !== "inbound-rtp" || entry.totalAudioEnergy === undefined) return;
    energy = {
      at_ms: entry.timestamp - performance.timeOrigin,
      energy: entry.totalAudioEnergy,
      seconds: entry.totalSamplesDuration ?? 0,
    };
  });
  return energy;
}
