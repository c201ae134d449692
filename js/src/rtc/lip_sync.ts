/**
 * Keeps the lips with the voice, where the browser tells what is heard and seen.
 *
 * Browsers keep picture and sound together by themselves, but Chromium does nothing until they are 30 ms apart, and
 * after a disturbance they stay wherever within that they came to rest. So the buffer of the one that is early is asked
 * to keep it a bit longer: rarely, by little, and only once the last looks agree.
 */

import { effect, type ReadonlySignal } from "@preact/signals";
import { onAbort } from "../lifetime";
import type { Delays, Peer } from "./peer";
import type { Total, Traffic } from "./traffic";

/** What is asked for at least: in their buffers, pictures are ready sooner than a voice. */
const LEAST: Delays = { voice: 40, picture: 20 };
/** Lips that are off are better than a face that is later than this. */
const MOST_MS = 250;
/** So much longer than it must may the voice wait: what a busy machine makes Chromium add must not add up. */
const VOICE_WAITS_MS = 40;
/** An offset below this is not worth the change. */
const FINE_MS = 5;
/** What is more takes several corrections: each one stretches the voice. */
const STEP_MS = 40;
/** A buffer that is no longer than this above what was asked of it does as it is told. */
const SAME_MS = 2;
/** When the statistics say the same moment of both, the voice is heard 0 to 17 ms later: as a screen's refreshes fall. */
export const UNTOLD_MS = 8;
/** What Chromium takes for drawing is not in its statistics of the buffer. */
const DRAWING_MS = 10;
/** So many looks, no further apart than this, tell an offset. */
const LOOKS = 4;
const AGREED_MS = 8;
/** Looks until a correction has taken effect. */
const SETTLING = 2;

/**
 * What to ask of the buffers next.
 *
 * A picture's buffer does as it is told to the millisecond, that of the voice has a play of some 20 ms. So the picture
 * goes along with the voice, and only a picture that is late although nobody asked for it makes the voice wait.
 *
 * @param late_ms how much later than the picture the voice is.
 * @param asked what was asked for so far.
 * @param kept what the browser aims at: that, or more where the line or its own reckoning demand it.
 * @param demanded_ms what the line demands for the voice.
 */
export function corrected(late_ms: number, asked: Delays, kept: Delays, demanded_ms: number): Delays {
  const step = Math.abs(late_ms) < FINE_MS ? 0 : clamped(late_ms, -STEP_MS, STEP_MS);
  const most = Math.max(LEAST.voice, demanded_ms) + VOICE_WAITS_MS;
  const held = ({ voice, picture }: Delays) => ({
    voice: clamped(voice, LEAST.voice, most),
    picture: clamped(picture, LEAST.picture, MOST_MS),
  });
  if (step === 0) return held(asked);
  if (step > 0)
    return held({ voice: asked.voice - step, picture: Math.max(asked.picture, kept.picture) + step });
  const obeys = asked.picture > LEAST.picture && kept.picture <= asked.picture + SAME_MS;
  const voice = obeys ? asked.voice : Math.max(asked.voice, kept.voice) - step;
  return held({ voice, picture: asked.picture + step });
}

export class LipSync {
  #before: Traffic | null = null;
  #late: number[] = [];
  #settling = 0;

  /** Take one look, a second or so after the one before: what to ask for now, or null to leave it. */
  look(traffic: Traffic, asked: Delays): Delays | null {
    const before = this.#before;
    this.#before = traffic;
    const { heard_ms, seen_ms } = traffic;
    if (this.#settling > 0) this.#settling -= 1;
    else if (before === null || heard_ms === null || seen_ms === null || !flows(before, traffic))
      this.#late = [];
    else this.#late.push(seen_ms - heard_ms + UNTOLD_MS);
    if (before === null || this.#late.length < LOOKS) return null;
    const agreed = Math.max(...this.#late) - Math.min(...this.#late) <= AGREED_MS;
    const late = this.#late.reduce((sum, one) => sum + one) / LOOKS;
    this.#late.shift();
    if (!agreed) return null;
    const kept = {
      voice: mean_ms(before.voiceAim, traffic.voiceAim),
      picture: mean_ms(before.pictureAim, traffic.pictureAim) + DRAWING_MS,
    };
    const next = corrected(late, asked, kept, mean_ms(before.voiceLeast, traffic.voiceLeast));
    if (next.voice === asked.voice && next.picture === asked.picture) return null;
    this.#late = [];
    this.#settling = SETTLING;
    return next;
  }
}

/** Do so for each call. */
export function keepLipsWithVoice(peer: ReadonlySignal<Peer | null>, life: AbortSignal): void {
  let followed: Peer | null = null;
  let sync = new LipSync();
  const follow = () => {
    const now = peer.value;
    if (now !== followed) sync = new LipSync();
    followed = now;
    const traffic = now?.traffic.value ?? null;
    if (now === null || traffic === null) return;
    const delays = sync.look(traffic, now.asked);
    if (delays !== null) now.ask(delays);
  };
  onAbort(life, effect(follow));
}

function clamped(value: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, value)));
}

/** Whether both come: of one that rests, as some services' do while the avatar is idle, the statistics guess on. */
function flows(before: Traffic, now: Traffic): boolean {
  return now.voiceAim.count > before.voiceAim.count && now.pictureAim.count > before.pictureAim.count;
}

function mean_ms(before: Total, now: Total): number {
  return (1000 * (now.sum - before.sum)) / (now.count - before.count);
}
