/** Records what is seen and what both sides say, into a file that the person gets at the end. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { download, fileName } from "../download";
import { Lifetime, onAbort } from "../lifetime";
import { film } from "./film";
import { Mix } from "./mix";

const TYPES = ["video/webm;codecs=vp8,opus", "video/mp4"];
const VIDEO_BITS = 800_000;
const VOICE_BITS = 96_000;
const SLICE_MS = 1_000;
/** About an hour; a recording that gets there ends by itself, and is kept. */
const MAX_BYTES = 400_000_000;

export interface Recorded {
  picture: ReadonlySignal<MediaStream | null>;
  /** What the avatar says, unless it is silent. */
  voice: ReadonlySignal<MediaStream | null>;
  /** A conversation that runs here; a recording ends with it. */
  running: ReadonlySignal<boolean>;
}

export interface Labels {
  /** Whom it shows. */
  name: string;
  /** That it is no human being. */
  label: string;
}

interface Running {
  recorder: MediaRecorder;
  mix: Mix;
}

export class Recorder {
  readonly #recorded: Recorded;
  readonly #life: AbortSignal;
  readonly #maxBytes: number;
  readonly #since = signal<number | null>(null);
  /** When the recording began, by `performance.now()`; null while there is none. */
  readonly since: ReadonlySignal<number | null> = this.#since;
  readonly #saved = signal<string | null>(null);
  /** The last file that the person got. */
  readonly saved: ReadonlySignal<string | null> = this.#saved;
  readonly #type = globalThis.MediaRecorder && TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  #running: Running | null = null;

  /** There is something to record, and this browser can. */
  readonly possible = computed(() => this.#type !== undefined && this.#recorded.running.value);

  constructor(recorded: Recorded, life: AbortSignal, maxBytes = MAX_BYTES) {
    this.#recorded = recorded;
    this.#life = life;
    this.#maxBytes = maxBytes;
    onAbort(
      life,
      effect(() => {
        if (!recorded.running.value) this.stop();
      }),
    );
  }

  /**
   * Begin; everybody who is heard must have agreed.
   *
   * @param size of the picture, where it is known.
   */
  start(labels: Labels, size: readonly [number, number] | null): void {
    const type = this.#type;
    if (type === undefined || this.#running !== null || !this.possible.peek()) return;
    const open = new Lifetime(this.#life);
    const mix = new Mix(open.signal);
    onAbort(
      open.signal,
      effect(() => mix.follow(this.#recorded.voice.value)),
    );
    const pictures = film(this.#recorded.picture, size, labels.label, open.signal);
    const recorder = new MediaRecorder(new MediaStream([...pictures, ...mix.tracks]), {
      mimeType: type,
      videoBitsPerSecond: VIDEO_BITS,
      audioBitsPerSecond: VOICE_BITS,
    });
    const pieces: Blob[] = [];
    let bytes = 0;
    recorder.ondataavailable = ({ data }) => {
      pieces.push(data);
      bytes += data.size;
      if (bytes > this.#maxBytes) this.stop();
    };
    // Also when the browser ends it by itself, because its tracks have ended.
    recorder.onstop = () => {
      if (this.#running?.recorder === recorder) this.#forget();
      open.end();
      const name = fileName(labels.name, labels.label, type.startsWith("video/mp4") ? "mp4" : "webm");
      download(new Blob(pieces, { type: recorder.mimeType }), name);
      this.#saved.value = name;
    };
    recorder.start(SLICE_MS);
    this.#running = { recorder, mix };
    this.#since.value = performance.now();
  }

  /** A block of what the person says. */
  hear(pcm: ArrayBuffer): void {
    this.#running?.mix.add(pcm);
  }

  /** End the recording, if there is one, and give it to the person. */
  stop(): void {
    const recorder = this.#running?.recorder;
    this.#forget();
    if (recorder !== undefined && recorder.state !== "inactive") recorder.stop();
  }

  #forget(): void {
    this.#running = null;
    this.#since.value = null;
  }
}
