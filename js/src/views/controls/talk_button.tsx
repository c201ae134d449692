/** Push-to-talk: held down with a finger, the mouse, Enter or Space; or pressed on and off by whoever cannot hold. */

import { useRef } from "preact/hooks";
import { Button } from "../button";
import { useStrings, useView } from "../context";
import { MicrophoneIcon, MicrophoneOffIcon } from "../icons";
import { useMicrophoneBroken } from "./call_actions";
import { useSpaceToTalk } from "./space_to_talk";

export function TalkButton() {
  const { controller, root } = useView();
  const { talk } = controller;
  const strings = useStrings();
  const broken = useMicrophoneBroken();
  const held = talk.held.value;
  /** Without a pointer before it, it is a voice, a switch or a screen reader that clicks. */
  const pointed = useRef(false);
  const begin = () => !broken && talk.begin();
  const end = () => talk.end();
  useSpaceToTalk(root, talk);
  return (
    <Button
      kind="nt-talk"
      aria-pressed={held}
      aria-disabled={!broken && !talk.ready.value}
      onPointerDown={({ button, currentTarget, pointerId }) => {
        if (button !== 0) return;
        pointed.current = true;
        currentTarget.setPointerCapture(pointerId);
        begin();
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || broken) return;
        event.preventDefault();
        if (!event.repeat) begin();
      }}
      onKeyUp={(event) => event.key === "Enter" && end()}
      onBlur={end}
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (broken) controller.retryMicrophone();
        else if (!pointed.current) talk.held.peek() ? end() : begin();
        pointed.current = false;
      }}
    >
      {broken ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
      <span>{broken ? strings.retryMicrophone : held ? strings.talk.letGo : strings.talk.hold}</span>
      {!broken && !held && <kbd class="nt-key">{strings.talk.key}</kbd>}
    </Button>
  );
}
