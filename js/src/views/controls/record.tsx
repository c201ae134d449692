/** The button that records; before anything is recorded, everyone's consent is asked for. */

import { useController, useStrings, useView } from "../context";
import { RecordIcon, StopRecordingIcon } from "../icons";
import { Action } from "./action";

export function RecordAction() {
  const { asking } = useView();
  const recorder = useController().recorder.value;
  const { recording } = useStrings();
  const runs = recorder?.since.value != null;
  return (
    <Action
      name="record"
      label={runs ? recording.stop : recording.start}
      on={runs}
      disabled={!runs && !recorder?.possible.value}
      onClick={() => {
        if (runs) recorder?.stop();
        else asking.value = true;
      }}
    >
      {runs ? <StopRecordingIcon /> : <RecordIcon />}
    </Action>
  );
}
