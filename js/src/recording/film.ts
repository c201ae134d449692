/** The avatar's picture on a canvas of its own: recorders do not bear that one picture takes another's place. */

import { effect, type ReadonlySignal } from "@preact/signals";
import { every, onAbort } from "../lifetime";
import { drawLabelled, sizeOf } from "./labelled_picture";

const FRAME_MS = 40;
/** What the embedded service sends; any other size is known from the picture that is there at the beginning. */
const USUAL_SIZE: readonly [number, number] = [320, 400];

/** Film what is shown from now on. */
export function film(
  picture: ReadonlySignal<MediaStream | null>,
  size: readonly [number, number] | null,
  label: string,
  life: AbortSignal,
): MediaStreamTrack[] {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = size ?? USUAL_SIZE;
  const context = canvas.getContext("2d");
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  const follow = effect(() => {
    video.srcObject = picture.value;
    // Refused only when another picture comes before this one plays.
    if (picture.value !== null) video.play().catch(() => {});
  });
  const draw = () => {
    // Between two pictures the last one stays.
    const ready = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && sizeOf(video)[0] > 0;
    if (context !== null && (ready || picture.peek() === null)) drawLabelled(context, video, label);
  };
  draw();
  every(FRAME_MS, draw, life);
  const tracks = canvas.captureStream(1000 / FRAME_MS).getTracks();
  onAbort(life, () => {
    follow();
    video.srcObject = null;
    for (const track of tracks) track.stop();
  });
  return tracks;
}
