/** Whether what is said may be recorded; and while the page records, for how long. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { sizeOf } from "../recording/labelled_picture";
import type { Recorder } from "../recording/recorder";
import { Button } from "./button";
import { useCharacterName, useStrings, useView } from "./context";
import { Sign } from "./recording_sign";

/** Preact's own ids are the same in every view of the page. */
const newId = (() => {
  let ids = 0;
  return () => `nt-consent-${++ids}`;
})();

/** Nothing is recorded before somebody has said yes to this. */
export function Consent({ recorder }: { recorder: Recorder }) {
  const { face, asking } = useView();
  const { recording, aiAvatar } = useStrings();
  const name = useCharacterName();
  const possible = recorder.possible.value;
  useEffect(() => {
    if (!possible) asking.value = false;
  }, [possible]);
  const close = () => {
    asking.value = false;
  };
  const agree = () => {
    const video = face.peek();
    recorder.start({ name, label: aiAvatar }, video && sizeOf(video));
    close();
  };
  return asking.value && possible ? (
    <Question words={recording.consent} here onAgree={agree} onClose={close} />
  ) : null;
}

/** The kernel wants to record, and waits for the person's word; none is as good as no. */
export function KernelConsent() {
  const { controller, root } = useView();
  const { recording } = useStrings();
  if (controller.conversation.recording.value !== "asked") return null;
  const answer = (agreed: boolean) => controller.mayRecord(agreed);
  return (
    <Question
      words={recording.kernel}
      here={root.current?.matches(":focus-within") ?? false}
      onAgree={() => answer(true)}
      onClose={() => answer(false)}
    />
  );
}

interface QuestionProps {
  /** What becomes of what is said. */
  words: string;
  /** Somebody is in this view; who writes in a cell is not drawn away from there. */
  here: boolean;
  onAgree: () => void;
  onClose: () => void;
}

function Question({ words, here, onAgree, onClose }: QuestionProps) {
  const { recording } = useStrings();
  const box = useRef<HTMLDivElement>(null);
  const id = useMemo(newId, []);
  useLayoutEffect(() => {
    const question = box.current;
    if (question === null) return;
    const before = (question.getRootNode() as Document).activeElement;
    if (here) question.focus();
    return () => {
      if (before instanceof HTMLElement && question.matches(":focus-within")) before.focus();
    };
  }, []);
  return (
    <div
      ref={box}
      class="nt-consent"
      role="alertdialog"
      aria-label={recording.ask}
      aria-describedby={id}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <p class="nt-consent-title">{recording.ask}</p>
      <p id={id}>{words}</p>
      <div class="nt-consent-buttons">
        <Button kind="nt-small" onClick={onClose}>
          {recording.cancel}
        </Button>
        <Button kind="nt-small nt-primary" onClick={onAgree}>
          {recording.agree}
        </Button>
      </div>
    </div>
  );
}

/** Lies over the picture for as long as a recording runs. */
export function RecordingSign({ recorder }: { recorder: Recorder }) {
  const { since, saved } = recorder;
  const { said } = useView();
  const { recording } = useStrings();
  const now = useSignal(0);
  const began = since.value;
  useEffect(() => {
    if (began === null) return;
    const tick = () => {
      now.value = performance.now();
    };
    tick();
    const ticking = setInterval(tick, 500);
    return () => clearInterval(ticking);
  }, [began]);
  const name = saved.value;
  useEffect(() => {
    if (name !== null) said.value = recording.saved.replace("{name}", () => name);
  }, [name]);
  if (began === null) return null;
  const seconds = Math.max(0, Math.floor((now.value - began) / 1000));
  return (
    <Sign onStop={() => recorder.stop()}>
      <span aria-hidden="true">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
      </span>
    </Sign>
  );
}
