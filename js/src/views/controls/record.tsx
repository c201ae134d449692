/** Recording: first everyone's consent, then a sign for as long as it runs. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { every, Lifetime } from "../../lifetime";
import { sizeOf } from "../../recording/labelled_picture";
import { useCharacterName, useController, useStrings, useView } from "../context";
import { RecordIcon, StopIcon, StopRecordingIcon } from "../icons";
import { Action } from "./action";

export function RecordAction() {
  const { controller, asking } = useView();
  const { recorder } = controller;
  const { recording } = useStrings();
  const runs = recorder.since.value !== null;
  return (
    <Action
      name="record"
      label={runs ? recording.stop : recording.start}
      pressed={runs}
      disabled={!runs && !recorder.possible.value}
      onClick={() => {
        if (runs) recorder.stop();
        else asking.value = true;
      }}
    >
      {runs ? <StopRecordingIcon /> : <RecordIcon />}
    </Action>
  );
}

/** Nothing is recorded before somebody has said yes to this. */
export function Consent() {
  const { controller, asking } = useView();
  const possible = controller.recorder.possible.value;
  useEffect(() => {
    if (!possible) asking.value = false;
  }, [possible]);
  return asking.value && possible ? <Question /> : null;
}

function Question() {
  const { controller, face, asking, root } = useView();
  const { recording, aiAvatar } = useStrings();
  const name = useCharacterName();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const close = () => {
    asking.value = false;
    const button = root.current?.querySelector<HTMLElement>(".nt-record-button, .nt-more-button");
    button?.focus();
  };
  return (
    <div
      ref={box}
      class="nt-consent"
      role="dialog"
      aria-label={recording.ask}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <p class="nt-consent-title">{recording.ask}</p>
      <p>{recording.consent}</p>
      <div class="nt-consent-buttons">
        <button type="button" class="nt-button nt-small" onClick={close}>
          {recording.cancel}
        </button>
        <button
          type="button"
          class="nt-button nt-small nt-primary"
          onClick={() => {
            const video = face.peek();
            controller.recorder.start({ name, label: aiAvatar }, video && sizeOf(video));
            close();
          }}
        >
          {recording.agree}
        </button>
      </div>
    </div>
  );
}

/** Lies over the picture for as long as a recording runs. */
export function RecordingSign() {
  const controller = useController();
  const { since, saved } = controller.recorder;
  const { said } = useView();
  const { recording } = useStrings();
  const now = useSignal(0);
  const began = since.value;
  useEffect(() => {
    if (began === null) return;
    const ticking = new Lifetime(new AbortController().signal);
    const tick = () => {
      now.value = performance.now();
    };
    tick();
    every(500, tick, ticking.signal);
    return () => ticking.end();
  }, [began]);
  const name = saved.value;
  useEffect(() => {
    if (name !== null) said.value = recording.saved.replace("{name}", () => name);
  }, [name]);
  if (began === null) return null;
  const seconds = Math.max(0, Math.floor((now.value - began) / 1000));
  return (
    <span class="nt-chip nt-recording">
      <i />
      <span>{recording.runs}</span>
      <span aria-hidden="true">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
      </span>
      <button
        type="button"
        class="nt-button nt-round nt-stop-recording"
        aria-label={recording.stop}
        title={recording.stop}
        onClick={() => controller.recorder.stop()}
      >
        <StopIcon />
      </button>
    </span>
  );
}
