/**
 * The avatar as one stream, for what else on the page records or shows it.
 *
 * Whichever way picture and voice come and however often they change, the stream and its tracks stay.
 */

import { effect, type ReadonlySignal } from "@preact/signals";
import { Lifetime, onAbort } from "../lifetime";
import { film } from "../recording/film";
import { Mix } from "../recording/mix";

export interface Avatar {
  picture: ReadonlySignal<MediaStream | null>;
  voice: ReadonlySignal<MediaStream | null>;
  /** That it is no human being, in the person's language. */
  label(): string;
}

interface Open {
  stream: MediaStream;
  /** What those who asked have, as far as it lives. */
  given: MediaStreamTrack[];
  life: Lifetime;
}

export class AvatarStream {
  readonly #avatar: Avatar;
  readonly #life: AbortSignal;
  #open: Open | null = null;

  constructor(avatar: Avatar, life: AbortSignal) {
    this.#avatar = avatar;
    this.#life = life;
  }

  /**
   * A stream of its own for each who asks, made of one film; it ends when the avatar leaves the page.
   *
   * @param frames per second; 0 for the voice alone.
   */
  capture(frames?: number): MediaStream {
    this.#open ??= this.#begin();
    const { stream, given } = this.#open;
    const tracks = frames === 0 ? stream.getAudioTracks() : stream.getTracks();
    const clones = tracks.map((track) => track.clone());
    this.#open.given = [...given.filter(({ readyState }) => readyState === "live"), ...clones];
    return new MediaStream(clones);
  }

  close(): void {
    this.#open?.life.end();
    this.#open = null;
  }

  #begin(): Open {
    const { picture, voice, label } = this.#avatar;
    const life = new Lifetime(this.#life);
    const mix = new Mix(life.signal);
    onAbort(
      life.signal,
      effect(() => mix.follow(voice.value)),
    );
    const stream = new MediaStream([...film(picture, null, label(), life.signal), ...mix.tracks]);
    const open: Open = { stream, given: [], life };
    // A clone outlives the track it was made of.
    onAbort(life.signal, () => {
      for (const track of open.given) track.stop();
    });
    return open;
  }
}
