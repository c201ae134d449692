/** What the person may choose: devices, voice, words for the model, when a turn ends, language. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Device } from "../messages";
import { parseWidgetId, textOf } from "../parsing";
import { detectionFor, TURN_ENDS, type TurnEnd, turnEndOf } from "../turn_end";
import { useController, useStrings } from "./context";

export function SettingsFields() {
  return (
    <>
      <DeviceChoices />
      <KernelChoices />
      <LanguageChoice />
    </>
  );
}

function DeviceChoices() {
  const { devices } = useController();
  const strings = useStrings().settings;
  const speakers = devices.speakers.value;
  return (
    <>
      <DeviceChoice name="microphone" label={strings.microphone} list={devices.microphones.value} />
      {devices.microphones.value.length === 0 && <p class="nt-field-hint">{strings.namesLater}</p>}
      {speakers.length > 0 && <DeviceChoice name="speaker" label={strings.speaker} list={speakers} />}
    </>
  );
}

interface DeviceChoiceProps {
  name: "microphone" | "speaker";
  label: string;
  list: readonly Device[];
}

function DeviceChoice({ name, label, list }: DeviceChoiceProps) {
  const { settings } = useController();
  const strings = useStrings().settings;
  const value = settings.value(name).value;
  const asked = textOf(value);
  const there = list.find((device) => [device.id, device.label].includes(asked));
  const options: Option[] = [
    ["", strings.browsersChoice],
    ...list.map(({ id, label }): Option => [id, label]),
  ];
  if (asked !== "" && there === undefined) {
    const streams = parseWidgetId(value) !== null;
    options.push([asked, streams ? strings.stream : strings.notThere.replace("{name}", () => asked)]);
  }
  return (
    <Choice
      label={label}
      value={there?.id ?? asked}
      options={options}
      onChange={(chosen) => settings.write(name, chosen === "" ? null : chosen)}
    />
  );
}

/** Nothing of these is known without the kernel. */
function KernelChoices() {
  const { settings, traits, talk } = useController();
  const { settings: strings, turnEnd } = useStrings();
  if (traits.voices.value.length === 0) return null;
  const voice = traits.voice.value;
  const detection = traits.turnDetection.value;
  const end = turnEndOf(detection, talk.on.value);
  const voices = [...new Set([...traits.voices.value, voice])];
  const choose = (chosen: TurnEnd) => {
    if (chosen === "own") return;
    if (chosen !== "button") settings.write("turn_detection", detectionFor(chosen, detection));
    if (traits.pushToTalk.peek() !== (chosen === "button"))
      settings.write("push_to_talk", chosen === "button");
  };
  return (
    <>
      <Choice
        label={strings.voice}
        value={voice}
        options={voices.map((name) => [name, name || strings.ownVoice])}
        onChange={(name) => settings.write("voice", name)}
      />
      <Choice
        label={strings.turnEnd}
        value={end}
        options={(end === "own" ? [...TURN_ENDS, end] : TURN_ENDS).map(
          (each): Option => [each, turnEnd[each]],
        )}
        onChange={(chosen) => choose(chosen as TurnEnd)}
      />
      <Instructions />
    </>
  );
}

/** Told when the person is through with them: each change goes to the service. */
function Instructions() {
  const { settings, traits } = useController();
  const strings = useStrings().settings;
  const draft = useSignal<string | null>(null);
  const tell = () => {
    const written = draft.peek();
    draft.value = null;
    if (written !== null && written !== traits.instructions.peek()) settings.write("instructions", written);
  };
  useEffect(() => tell, []);
  return (
    <label class="nt-field nt-field-tall">
      <span>{strings.instructions}</span>
      <textarea
        class="nt-area"
        rows={3}
        dir="auto"
        placeholder={strings.instructionsHint}
        value={draft.value ?? traits.instructions.value}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
        }}
        onBlur={tell}
      />
    </label>
  );
}

function LanguageChoice() {
  const { settings, traits } = useController();
  return (
    <Choice
      label={useStrings().settings.language}
      value={traits.locale.value}
      options={[
        ["en", "English"],
        ["zh", "中文"],
      ]}
      onChange={(locale) => settings.write("locale", locale)}
    />
  );
}

type Option = readonly [value: string, words: string];

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class="nt-field">
      <span>{label}</span>
      <select class="nt-select" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map(([each, words]) => (
          <option key={each} value={each} selected={each === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
