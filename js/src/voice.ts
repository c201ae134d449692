/** What is heard: the WebRTC track or the gateway's voice, never both, and in one view only. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { Player, type PlayerEvents } from "./audio/player";
import type { VoiceFrame } from "./gateway/frames";
import { Timer } from "./lifetime";
import type { Status } from "./messages";
import type { Peer } from "./rtc/peer";

export type VoicePath = "webrtc" | "gateway" | "none";

/** How long the track stays silent after a barge-in: longer, and the next answer would lose its beginning. */
const DUCK_MS = 300;

export interface VoiceEvents extends PlayerEvents {
  /** What was flushed is not mixed any more. */
  onSilenced(): void;
}

export class Voice {
  readonly #events: VoiceEvents;
  readonly #player: Player;
  readonly #path = signal<VoicePath>("none");
  readonly path: ReadonlySignal<VoicePath> = this.#path;
  readonly #ducked = signal(false);
  readonly ducked: ReadonlySignal<boolean> = this.#ducked;
  readonly #trackBlocked = signal(false);
  readonly #views = signal<readonly symbol[]>([]);
  readonly #ducking: Timer;

  /** The browser wants a click before it lets anything sound. */
  readonly blocked = computed(() => this.#trackBlocked.value || this.#player.blocked.value);

  constructor(events: VoiceEvents, life: AbortSignal) {
    this.#events = events;
    this.#ducking = new Timer(life);
    this.#player = new Player(events, life);
  }

  /** Whether the gateway's voice sounds now. */
  get playing(): ReadonlySignal<boolean> {
    return this.#player.playing;
  }

  /** The gateway's voice, whatever the volume; null while none is expected. */
  get stream(): ReadonlySignal<MediaStream | null> {
    return this.#player.stream;
  }

  /** Seconds between the voice's arrival from the service and its sound. */
  delay(peer: Peer | null): number {
    if (this.#path.peek() === "webrtc" && peer !== null) return peer.delay(this.#player.outputLatency);
    return this.#player.delay;
  }

  /** Seconds from the browser's mix to the ear. */
  playout(peer: Peer | null): number {
    const { outputLatency } = this.#player;
    return this.#path.peek() === "webrtc" && peer !== null ? peer.playout(outputLatency) : outputLatency;
  }

  /** Views of one widget show the same face, but only the first of them may sound. */
  addView(view: symbol): void {
    this.#views.value = [...this.#views.peek(), view];
  }

  removeView(view: symbol): void {
    this.#views.value = this.#views.peek().filter((other) => other !== view);
  }

  sounds(view: symbol): boolean {
    return this.#views.value[0] === view;
  }

  /** Called from a click. */
  unlock(): void {
    this.#trackBlocked.value = false;
    this.#player.unlock();
  }

  trackBlocked(): void {
    this.#trackBlocked.value = true;
  }

  setVolume(volume: number): void {
    this.#player.setVolume(volume);
  }

  setSpeaker(speaker: string): void {
    this.#player.setSpeaker(speaker);
  }

  /** Choose what is heard; the speaker of the gateway's voice is given back while the track sounds. */
  choose(path: VoicePath): void {
    if (path === "webrtc") this.#player.close();
    this.#path.value = path;
  }

  /** Voice from the gateway; it is the kernel's sign that no track brings it, unless one does. */
  play({ pcm, position_ms }: VoiceFrame): void {
    if (this.#path.peek() === "webrtc") return;
    this.#path.value = "gateway";
    // What is played at the service's pace goes on for a round trip after a barge-in, as a track does.
    if (position_ms === 0 || !this.#ducked.peek()) this.#player.play(pcm, position_ms);
  }

  /** When the gateway's voice of a position is heard, by `performance.now()`; null while none tells. */
  heardAt(position_ms: number): number | null {
    return this.#player.heardAt(position_ms);
  }

  /** Barge-in: silence now. The service stops its track too, but a round trip later. */
  flush(): void {
    this.#player.flush();
    if (this.#path.peek() === "gateway") this.#events.onSilenced();
    this.#ducked.value = true;
    this.#ducking.set(DUCK_MS, () => this.#unduck());
  }

  /** The track's volume follows a flush when the view is drawn. */
  trackSilenced(): void {
    if (this.#ducked.peek() && this.#path.peek() === "webrtc") this.#events.onSilenced();
  }

  /** The next answer must be heard from its first sound. */
  onStatus(status: Status): void {
    if (status === "speaking") this.#unduck();
  }

  close(): void {
    this.#player.close();
    this.#unduck();
    this.#trackBlocked.value = false;
    this.#path.value = "none";
  }

  #unduck(): void {
    this.#ducking.clear();
    this.#ducked.value = false;
  }
}
