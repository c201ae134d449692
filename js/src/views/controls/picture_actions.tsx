/** What can be done with the picture: take it, see it large, see it beside other work. */

import { useEffect, useReducer } from "preact/hooks";
import { download, fileName } from "../../download";
import { drawLabelled, sizeOf } from "../../recording/labelled_picture";
import { useCharacterName, useStrings, useView } from "../context";
import { CameraIcon, FullScreenIcon, LeaveFullScreenIcon, PictureInPictureIcon } from "../icons";
import { Action } from "./action";

export function SnapshotAction() {
  const { face, said } = useView();
  const { snapshot, aiAvatar } = useStrings();
  const name = useCharacterName();
  const take = () => {
    const video = face.peek();
    if (video === null) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = sizeOf(video);
    const context = canvas.getContext("2d");
    if (context === null) return;
    drawLabelled(context, video, aiAvatar);
    canvas.toBlob((picture) => {
      if (picture === null) return;
      download(picture, fileName(name, aiAvatar, "png"));
      said.value = snapshot.taken;
    });
  };
  return (
    <Action name="snapshot" label={snapshot.take} disabled={face.value === null} onClick={take}>
      <CameraIcon />
    </Action>
  );
}

export function FullScreenAction() {
  const { root } = useView();
  const { fullScreen } = useStrings();
  const full = useFollowed(["fullscreenchange"], () => isIn(document.fullscreenElement, root.current));
  return (
    <Action
      name="full-screen"
      label={full ? fullScreen.leave : fullScreen.enter}
      pressed={full}
      onClick={() => void (full ? document.exitFullscreen() : root.current?.requestFullscreen())}
    >
      {full ? <LeaveFullScreenIcon /> : <FullScreenIcon />}
    </Action>
  );
}

export function PictureInPictureAction() {
  const { face } = useView();
  const { pictureInPicture } = useStrings();
  const video = face.value;
  const out = useFollowed(["enterpictureinpicture", "leavepictureinpicture"], () =>
    isIn(document.pictureInPictureElement, video),
  );
  return (
    <Action
      name="picture-in-picture"
      label={out ? pictureInPicture.leave : pictureInPicture.enter}
      pressed={out}
      disabled={video === null}
      onClick={() => void (out ? document.exitPictureInPicture() : video?.requestPictureInPicture())}
    >
      <PictureInPictureIcon />
    </Action>
  );
}

const isIn = (shown: Element | null, own: Element | null) => shown !== null && shown === own;

/** What is so now and after each of these events of the document, or on their way to it. */
function useFollowed(events: string[], read: () => boolean): boolean {
  const [, look] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const following = new AbortController();
    // A moment later the document has got to know it as well.
    const follow = () => setTimeout(look);
    for (const each of events) {
      document.addEventListener(each, follow, { capture: true, signal: following.signal });
    }
    return () => following.abort();
  }, []);
  return read();
}
