/** By which way picture and voice come, and why by this one. */

export type MediaWhy =
  /** No conversation runs here. */
  | "idle"
  /** It is being found out. */
  | "trying"
  /** Straight from the service: the best way there is. */
  | "direct"
  /** WebRTC does not get through: both come over the notebook's connection. */
  | "relayed"
  /** They would, but this browser decodes no such pictures. */
  | "no_decoder"
  /** They would, but this service sends pictures by WebRTC only. */
  | "not_relayed"
  /** The service sends no picture. */
  | "no_video";

export interface MediaPath {
  path: "webrtc" | "gateway" | "voice-only" | "none";
  /** `strings.mediaWhy` has the words. */
  why: MediaWhy;
}

export type Quality = "good" | "fair" | "poor";
