/**
 * One WebRTC negotiation, answering the service's offer.
 *
 * Everything runs in order; candidates that come before the offer wait for it. "disconnected" often heals
 * by itself, so only "failed" and "closed" are final. Once connected, a look each second tells whether media arrive.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { after, every, Lifetime, onAbort, Timer } from "../lifetime";
import type { Quality } from "../media_path";
import type { MediaState, ToKernel } from "../messages";
import { type Energy, readEnergy } from "./energy";
import { rated } from "./quality";
import { type Expected, LOOK_MS, Stillness } from "./stillness";
import { TrackDelay } from "./track_delay";
import { readTraffic, type Traffic } from "./traffic";

/** Without a connection by then the media come over the gateway instead: a person waits for five seconds at most. */
export const CONNECT_MS = 4_000;
/** How long after connecting an audio track may still turn up before we say that there is none. */
const AUDIO_TRACK_MS = 1_000;
/** How long a browser's buffers are to keep voice and picture at least, in milliseconds. */
export interface Delays {
  voice: number;
  picture: number;
}

/** Conversation wants little delay rather than perfect smoothness. */
export const LITTLE: Delays = { voice: 40, picture: 40 };
/** More candidates than this before an offer is no honest peer. */
const MAX_EARLY_CANDIDATES = 100;

export interface PeerEvents {
  send(message: ToKernel): void;
  /** It will not work: not connected in time, or broken for good. */
  onFailed(reason: string): void;
  /** What the service should be sending now. */
  expected(): Expected;
}

export class Peer {
  readonly number: number;
  readonly stream = new MediaStream();
  readonly #state = signal<RTCPeerConnectionState>("new");
  readonly state: ReadonlySignal<RTCPeerConnectionState> = this.#state;
  readonly #hasAudio = signal(false);
  readonly hasAudio: ReadonlySignal<boolean> = this.#hasAudio;
  readonly #hasVideo = signal(false);
  readonly hasVideo: ReadonlySignal<boolean> = this.#hasVideo;
  readonly #frozen = signal(false);
  /** Connected, but the media stand still. */
  readonly frozen: ReadonlySignal<boolean> = this.#frozen;
  readonly #quality = signal<Quality | null>(null);
  readonly quality: ReadonlySignal<Quality | null> = this.#quality;
  readonly #offset_ms = signal<number | null>(null);
  /** How much later than its voice the picture is seen; null where the browser does not tell. */
  readonly offset_ms: ReadonlySignal<number | null> = this.#offset_ms;
  readonly #traffic = signal<Traffic | null>(null);
  /** As it was at the last look. */
  readonly traffic: ReadonlySignal<Traffic | null> = this.#traffic;
  readonly #receivers: RTCRtpReceiver[] = [];
  #asked = LITTLE;
  readonly #delay = new TrackDelay(LITTLE.voice / 1000);
  readonly #stillness = new Stillness();
  readonly #connection: RTCPeerConnection;
  readonly #events: PeerEvents;
  readonly #life: Lifetime;
  readonly #connecting: Timer;
  readonly #earlyRemote: RTCIceCandidateInit[] = [];
  #earlyLocal: RTCIceCandidateInit[] | null = [];
  #work: Promise<void> = Promise.resolve();
  #reported = "";
  #voice: RTCRtpReceiver | null = null;
  #watched = false;
  #frozenReported = false;

  constructor(number: number, iceServers: RTCIceServer[], events: PeerEvents, life: AbortSignal) {
    this.number = number;
    this.#events = events;
    this.#life = new Lifetime(life);
    this.#connection = createConnection(iceServers);
    onAbort(this.#life.signal, () => this.#connection.close());
    const listening = { signal: this.#life.signal };
    this.#connection.addEventListener(
      "track",
      ({ track, receiver }) => this.#onTrack(track, receiver),
      listening,
    );
    this.#connection.addEventListener("icecandidate", ({ candidate }) => this.#onLocal(candidate), listening);
    this.#connection.addEventListener("connectionstatechange", () => this.#onState(), listening);
    this.#connecting = new Timer(this.#life.signal);
    this.#connecting.set(CONNECT_MS, () => this.#fail("no connection in time"));
  }

  /** Seconds between the voice's arrival and its sound; `outputLatency` is the speaker's part where no track tells. */
  delay(outputLatency: number): number {
    return this.#delay.seconds(outputLatency);
  }

  /** Seconds from the browser's mix to the ear. */
  playout(outputLatency: number): number {
    return this.#delay.playout(outputLatency);
  }

  /** What has sounded of the voice so far; null while there is none, and where the browser does not tell. */
  async energy(): Promise<Energy | null> {
    return this.#voice === null ? null : readEnergy(await this.#voice.getStats());
  }

  /** What is asked of the browser's buffers. */
  get asked(): Delays {
    return this.#asked;
  }

  /** Ask that of them, where the browser knows how. */
  ask(delays: Delays): void {
    this.#asked = delays;
    for (const receiver of this.#receivers)
      if ("jitterBufferTarget" in receiver)
        receiver.jitterBufferTarget = receiver.track.kind === "audio" ? delays.voice : delays.picture;
  }

  /** Answer an offer; a second one on the same peer renegotiates. */
  accept(offer: RTCSessionDescriptionInit): Promise<void> {
    return this.#inOrder(async () => {
      await this.#connection.setRemoteDescription(offer);
      for (const candidate of this.#earlyRemote.splice(0)) await this.#addNow(candidate);
      const answer = await this.#connection.createAnswer();
      await this.#connection.setLocalDescription(answer);
      const sdp = this.#connection.localDescription?.sdp ?? answer.sdp ?? "";
      this.#events.send({ type: "answer", peer: this.number, sdp: { type: "answer", sdp } });
      const waiting = this.#earlyLocal ?? [];
      this.#earlyLocal = null;
      for (const candidate of waiting) this.#sendCandidate(candidate);
    });
  }

  addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#connection.remoteDescription !== null) await this.#addNow(candidate);
      else if (this.#earlyRemote.length < MAX_EARLY_CANDIDATES) this.#earlyRemote.push(candidate);
    });
  }

  /** End the media, and say so. */
  close(): void {
    if (this.#life.signal.aborted) return;
    this.#state.value = "closed";
    this.#report("closed");
    this.#life.end();
  }

  #inOrder(step: () => Promise<void>): Promise<void> {
    const run = async () => {
      if (this.#life.signal.aborted) return;
      try {
        await step();
      } catch (error) {
        if (!this.#life.signal.aborted) this.#fail(error instanceof Error ? error.message : String(error));
      }
    };
    this.#work = this.#work.then(run);
    return this.#work;
  }

  async #addNow(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // One candidate this browser cannot read costs one path, not the connection.
    }
  }

  #onTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    this.#receivers.push(receiver);
    this.ask(this.#asked);
    this.stream.addTrack(track);
    if (track.kind === "audio") {
      this.#voice = receiver;
      this.#hasAudio.value = true;
    } else this.#hasVideo.value = true;
    if (this.#state.peek() === "connected" && this.#hasAudio.peek()) this.#report("connected");
  }

  #onLocal(candidate: RTCIceCandidate | null): void {
    if (candidate === null) return;
    const init = candidate.toJSON();
    if (this.#earlyLocal === null) this.#sendCandidate(init);
    else this.#earlyLocal.push(init);
  }

  #sendCandidate(candidate: RTCIceCandidateInit): void {
    this.#events.send({ type: "ice_candidate", peer: this.number, candidate });
  }

  #onState(): void {
    const state = this.#connection.connectionState;
    this.#state.value = state;
    if (state === "connecting") this.#report("connecting");
    else if (state === "connected") this.#onConnected();
    else if (state === "failed") this.#fail("connection failed");
  }

  #onConnected(): void {
    this.#connecting.clear();
    this.#watch();
    if (this.#hasAudio.peek()) this.#report("connected");
    else after(AUDIO_TRACK_MS, () => this.#report("connected"), this.#life.signal);
  }

  /** Polled, since the video's own events rest in a tab that nobody looks at. */
  #watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    every(LOOK_MS, () => void this.#look(), this.#life.signal);
    void this.#look();
  }

  async #look(): Promise<void> {
    const traffic = await readTraffic(this.#connection);
    if (this.#life.signal.aborted) return;
    this.#delay.add(traffic);
    this.#frozen.value = this.#stillness.look(traffic, this.#events.expected());
    const before = this.#traffic.peek();
    if (before !== null) this.#quality.value = this.#frozen.peek() ? "poor" : rated(before, traffic);
    this.#traffic.value = traffic;
    const { heard_ms, seen_ms } = traffic;
    this.#offset_ms.value = heard_ms === null || seen_ms === null ? null : heard_ms - seen_ms;
    if (this.#frozen.peek() && !this.#frozenReported) {
      this.#frozenReported = true;
      this.#report("frozen");
    }
  }

  #fail(reason: string): void {
    if (this.#life.signal.aborted) return;
    this.#state.value = "failed";
    this.#report("failed");
    this.#life.end();
    this.#events.onFailed(reason);
  }

  #report(state: MediaState): void {
    const audio_track = this.#hasAudio.peek();
    const video_track = this.#hasVideo.peek();
    const report = `${state} ${audio_track} ${video_track}`;
    if (report === this.#reported) return;
    this.#reported = report;
    this.#events.send({ type: "media_state", peer: this.number, state, audio_track, video_track });
  }
}

function createConnection(iceServers: RTCIceServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({ iceServers });
  } catch {
    // A malformed server address must not cost the paths that need none.
    return new RTCPeerConnection();
  }
}
