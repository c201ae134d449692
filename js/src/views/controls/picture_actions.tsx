/** What can be done with the picture: take it, see it large, see it beside other work. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useCharacterName, useStrings, useView } from "../context";
import { CameraIcon, FullScreenIcon, LeaveFullScreenIcon, PictureInPictureIcon } from "../icons";
import { Action } from "./action";

export function SnapshotAction() {
  const { controller, face, said } = useView();
  const { snapshot, aiAvatar } = useStrings();
  const name = useCharacterName();
  const extras = controller.extras.there.value;
  const take = () => {
    const video = face.peek();
    if (video && extras) extras.savePicture(video, name, aiAvatar, () => (said.value = snapshot.taken));
  };
  return (
    <Action name="snapshot" label={snapshot.take} disabled={!(face.value && extras)} onClick={take}>
      <CameraIcon />
    </Action>
  );
}

export function FullScreenAction() {
  const { root } = useView();
  const { fullScreen } = useStrings();
  const shown = useFollowed(["fullscreenchange"], () => document.fullscreenElement);
  const full = shown !== null && shown === root.current;
  return (
    <Action
      name="full-screen"
      label={full ? fullScreen.leave : fullScreen.enter}
      on={full}
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
  const shown = useFollowed(
    ["enterpictureinpicture", "leavepictureinpicture"],
    () => document.pictureInPictureElement,
  );
  const out = shown !== null && shown === video;
  return (
    <Action
      name="picture-in-picture"
      label={out ? pictureInPicture.leave : pictureInPicture.enter}
      on={out}
      disabled={video === null}
      onClick={() => void (out ? document.exitPictureInPicture() : video?.requestPictureInPicture())}
    >
      <PictureInPictureIcon />
    </Action>
  );
}

/** What the document shows, now and after each of these events of it, or on their way to it. */
function useFollowed(events: string[], read: () => Element | null): Element | null {
  const shown = useSignal(read());
  useEffect(() => {
    const following = new AbortController();
    // A moment later the document has got to know it as well.
    const follow = () =>
      setTimeout(() => {
        shown.value = read();
      });
    for (const each of events) {
      document.addEventListener(each, follow, { capture: true, signal: following.signal });
    }
    return () => following.abort();
  }, []);
  return shown.value;
}
