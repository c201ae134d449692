/** The row of buttons under the picture: what does not fit goes into a menu. */

import { useSignal } from "@preact/signals";
import { Fragment, type VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isRunning } from "../../conversation";
import { host } from "../../host";
import { useController } from "../context";
import { ExtraView } from "../extra_view";
import { OpenInBrowser } from "../open_in_browser";
import { Settings } from "../settings";
import { CaptionsAction, InterruptAction, MicrophoneAction, StopAction } from "./call_actions";
import { fitting, ROUND_PX } from "./fitting";
import { More } from "./more";
import { FullScreenAction, PictureInPictureAction, SnapshotAction } from "./picture_actions";
import { RecordAction } from "./record";
import { Volume } from "./volume";

const VOLUME_PX = 84;

interface Optional {
  name: string;
  width: number;
  control: VNode;
}

/** The most wanted first. */
function optional(): Optional[] {
  const round = (name: string, control: VNode) => ({ name, width: ROUND_PX, control });
  return [
    round("captions", <CaptionsAction />),
    { name: "volume", width: VOLUME_PX, control: <Volume /> },
    ...("MediaRecorder" in window ? [round("record", <RecordAction />)] : []),
    round("snapshot", <SnapshotAction />),
    ...(document.fullscreenEnabled ? [round("full-screen", <FullScreenAction />)] : []),
    ...(document.pictureInPictureEnabled ? [round("picture", <PictureInPictureAction />)] : []),
  ];
}

export function Controls() {
  const controller = useController();
  const talks = controller.talk.on.value;
  const recorder = controller.recorder.value;
  const Recording = controller.extras.there.value;
  const row = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const element = row.current;
    if (element === null) return;
    const measure = () => {
      width.value = element.clientWidth;
    };
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(element);
    return () => watching.disconnect();
  }, []);
  const all = optional();
  // Interrupt, settings and the place of Stop; the microphone, unless it is the large button's.
  const shown = fitting(
    width.value,
    all.map((each) => each.width),
    talks ? 3 : 4,
  );
  const show = (list: Optional[]) =>
    list.map(({ name, control }) => <Fragment key={name}>{control}</Fragment>);
  return (
    <div class="nt-call">
      {talks && <ExtraView name="TalkButton" />}
      <div ref={row} class="nt-controls">
        {!talks && <MicrophoneAction />}
        <InterruptAction />
        {show(all.slice(0, shown))}
        <div class="nt-controls-end">
          <Settings />
          {shown < all.length && (
            <More>
              {show(all.slice(shown))}
              {host() !== "own_page" && <OpenInBrowser />}
            </More>
          )}
          {isRunning(controller.status.value) && controller.link.state.value === "open" && <StopAction />}
        </div>
      </div>
      {Recording && recorder && <Recording.Consent recorder={recorder} />}
      {Recording && <Recording.KernelConsent />}
    </div>
  );
}
