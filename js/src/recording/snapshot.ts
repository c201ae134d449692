/** One picture of the avatar, as a file. */

import { download, fileName } from "../download";
import { drawLabelled, sizeOf } from "./labelled_picture";

export function savePicture(video: HTMLVideoElement, name: string, label: string, onSaved: () => void): void {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = sizeOf(video);
  const context = canvas.getContext("2d");
  if (context === null) return;
  drawLabelled(context, video, label);
  canvas.toBlob((picture) => {
    if (picture === null) return;
    download(picture, fileName(name, label, "png"));
    onSaved();
  });
}
