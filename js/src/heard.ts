/** Tells the kernel when an answer begins to be heard here, and when one that was cut short has fallen silent. */

import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import { every, Lifetime, onAbort } from "./lifetime";
import type { Status, ToKernel } from "./messages";
import type { Energy } from "./rtc/energy";
import { Onset } from "./rtc/onset";
import type { VoicePath } from "./voice";

/** Browsers do not renew their statistics more often. */
const LOOK_MS = 50;

export interface Hearing {
  status: ReadonlySignal<Status>;
  /** On which way the voice is heard, "none" while it is not; null while there is no conversation here to tell of. */
  path: ReadonlySignal<VoicePath | null>;
  /** What has sounded of the track so far; null where there is none. */
  energy(): Promise<Energy | null>;
  /** Seconds from the browser's mix to the ear. */
  playout(): number;
  /** How much later than its voice the picture is seen; null where nobody knows. */
  offset_ms(): number | null;
  send(message: ToKernel): void;
}

export class Heard {
  readonly #hearing: Hearing;
  readonly #life: AbortSignal;
  #watching: Lifetime | null = null;
  #before: Status | null = null;

  constructor(hearing: Hearing, life: AbortSignal) {
    this.#hearing = hearing;
    this.#life = life;
    onAbort(
      life,
      effect(() => this.#follow(hearing.status.value)),
    );
  }

  /** The voice began to be heard, by `performance.now()`. */
  began(at_ms: number): void {
    this.#tell({ type: "voice_heard", at_ms: since1970(at_ms), offset_ms: this.#hearing.offset_ms() });
  }

  /** Nothing of a voice that was cut short is mixed any more; what the sound device has is heard yet. */
  silenced(): void {
    const at_ms = performance.now() + 1000 * this.#hearing.playout();
    this.#tell({ type: "voice_silent", at_ms: since1970(at_ms) });
  }

  /** A track does not say when its sound begins: it is watched from the moment at which an answer is due. */
  #follow(status: Status): void {
    const before = this.#before;
    this.#before = status;
    if (status === "speaking") return; // the kernel may know it before anything is heard here
    this.#watching?.end();
    if (status !== "thinking") return;
    const watching = new Lifetime(this.#life);
    this.#watching = watching;
    const onset = new Onset(before === "listening");
    const look = () => void this.#look(onset, watching);
    untracked(look);
    every(LOOK_MS, look, watching.signal);
  }

  async #look(onset: Onset, watching: Lifetime): Promise<void> {
    if (this.#hearing.path.peek() !== "webrtc") return;
    const energy = await this.#hearing.energy();
    if (energy === null || watching.signal.aborted) return;
    const mixed_ms = onset.look(energy);
    if (mixed_ms === null) return;
    watching.end();
    this.began(mixed_ms + 1000 * this.#hearing.playout());
  }

  #tell(message: ToKernel): void {
    if ((this.#hearing.path.peek() ?? "none") !== "none") this.#hearing.send(message);
  }
}

function since1970(at_ms: number): number {
  return performance.timeOrigin + at_ms;
}
