/** What a peer connection has received so far, from its statistics. */

/** A sum over so many samples; two of them tell the mean of the time between. */
export interface Total {
  sum: number;
  count: number;
}

export interface Traffic {
  audioPackets: number;
  videoPackets: number;
  frames: number;
  /** Seconds that the samples of voice spent in the jitter buffer, and from there to the ear. */
  jitterBuffer: Total;
  playout: Total;
  /** Seconds that the browser aims to keep voice and pictures in their buffers, and those that the line demands. */
  voiceAim: Total;
  voiceLeast: Total;
  pictureAim: Total;
  /** Seconds to the service and back. */
  roundTrip: number;
  /** Packets that never came, and by how many seconds those that came strayed. */
  lost: number;
  jitter: number;
  /** When what is heard and seen now was sent, in milliseconds by the service's clock; only Chromium knows. */
  heard_ms: number | null;
  seen_ms: number | null;
}

export async function readTraffic(connection: RTCPeerConnection): Promise<Traffic> {
  const traffic: Traffic = {
    audioPackets: 0,
    videoPackets: 0,
    frames: 0,
    jitterBuffer: { sum: 0, count: 0 },
    playout: { sum: 0, count: 0 },
    voiceAim: { sum: 0, count: 0 },
    voiceLeast: { sum: 0, count: 0 },
    pictureAim: { sum: 0, count: 0 },
    roundTrip: 0,
    lost: 0,
    jitter: 0,
    heard_ms: null,
    seen_ms: null,
  };
  (await connection.getStats()).forEach((entry: RTCStats) => {
    if (entry.type === "inbound-rtp") addInbound(traffic, entry as RTCInboundRtpStreamStats);
    else if (entry.type === "candidate-pair") addPair(traffic, entry as RTCIceCandidatePairStats);
    else if ((entry.type as string) === "media-playout") addPlayout(traffic, entry as PlayoutStats);
  });
  return traffic;
}

/** So far from Chromium only, and unknown to TypeScript. */
interface PlayoutStats extends RTCStats {
  totalPlayoutDelay?: number;
  totalSamplesCount?: number;
}

/** Unknown to TypeScript. */
interface PlayingStats extends RTCInboundRtpStreamStats {
  estimatedPlayoutTimestamp?: number;
  jitterBufferTargetDelay?: number;
  jitterBufferMinimumDelay?: number;
}

function addInbound(traffic: Traffic, stats: PlayingStats): void {
  traffic.lost += stats.packetsLost ?? 0;
  traffic.jitter = Math.max(traffic.jitter, stats.jitter ?? 0);
  const playing_ms = stats.estimatedPlayoutTimestamp ?? null;
  const count = stats.jitterBufferEmittedCount ?? 0;
  const aim = { sum: stats.jitterBufferTargetDelay ?? 0, count };
  if (stats.kind === "video") {
    traffic.seen_ms = playing_ms;
    traffic.pictureAim = aim;
    traffic.videoPackets += stats.packetsReceived ?? 0;
    traffic.frames += stats.framesReceived ?? 0;
    return;
  }
  traffic.heard_ms = playing_ms;
  traffic.voiceAim = aim;
  traffic.voiceLeast = { sum: stats.jitterBufferMinimumDelay ?? 0, count };
  traffic.audioPackets += stats.packetsReceived ?? 0;
  traffic.jitterBuffer.sum += stats.jitterBufferDelay ?? 0;
  traffic.jitterBuffer.count += count;
}

function addPair(traffic: Traffic, stats: RTCIceCandidatePairStats): void {
  if (stats.nominated && stats.state === "succeeded") traffic.roundTrip = stats.currentRoundTripTime ?? 0;
}

function addPlayout(traffic: Traffic, stats: PlayoutStats): void {
  traffic.playout.sum += stats.totalPlayoutDelay ?? 0;
  traffic.playout.count += stats.totalSamplesCount ?? 0;
}
