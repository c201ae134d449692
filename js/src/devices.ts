/** Microphones and speakers: which there are, and which of them are used. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { deviceSource, type Source } from "./audio/source";
import { canChooseSpeaker } from "./audio/speaker";
import { widgetSource } from "./interop/widget_source";
import type { Device } from "./messages";
import type { Model } from "./model";
import { parseWidgetId, textOf } from "./parsing";
import type { Settings } from "./settings";

/** Names that browsers have for their own choice. */
const ALIASES = ["", "default", "communications"];

export class Devices {
  readonly #list = signal<readonly Device[]>([]);
  readonly list: ReadonlySignal<readonly Device[]> = this.#list;
  readonly #life: AbortSignal;
  #looking = 0;

  /** Empty until the person has allowed a microphone: browsers name none before. */
  readonly microphones = computed(() => this.#list.value.filter(({ kind }) => kind === "audioinput"));
  /** Empty where the browser leaves no choice. */
  readonly speakers = computed(() => this.#list.value.filter(({ kind }) => kind === "audiooutput"));
  /** What is heard as the person's voice. */
  readonly source: ReadonlySignal<Source>;
  /** The id of the speaker that sounds; "" for the browser's own choice. */
  readonly speaker: ReadonlySignal<string>;
  /** Chosen, but not there. */
  readonly missing: { microphone: ReadonlySignal<boolean>; speaker: ReadonlySignal<boolean> };

  constructor(settings: Settings, model: Model, life: AbortSignal) {
    this.#life = life;
    const asked = settings.value("microphone");
    const widget = computed(() => parseWidgetId(asked.value));
    const microphone = computed(() => find(this.microphones.value, widget.value === null && asked.value));
    const speaker = computed(() => find(this.speakers.value, settings.value("speaker").value));
    const microphoneId = computed(() => microphone.value ?? "");
    this.speaker = computed(() => speaker.value ?? "");
    this.source = computed(() =>
      widget.value === null ? deviceSource(microphoneId.value) : widgetSource(widget.value, model),
    );
    this.missing = {
      microphone: computed(() => microphone.value === null),
      speaker: computed(() => speaker.value === null),
    };
    // Browsers hide mediaDevices from insecure pages, whatever the types say.
    const devices: MediaDevices | undefined = navigator.mediaDevices;
    devices?.addEventListener("devicechange", () => void this.look(), { signal: life });
    void this.look();
  }

  /** Look what there is: when the person has allowed a microphone, there is more to see. */
  async look(): Promise<void> {
    const devices: MediaDevices | undefined = navigator.mediaDevices;
    const looking = ++this.#looking;
    const seen = (await devices?.enumerateDevices()) ?? [];
    if (looking !== this.#looking || this.#life.aborted) return; // a later look sees more
    const list = seen.flatMap(({ deviceId: id, kind, label }): Device[] => {
      if (ALIASES.includes(id) || label === "" || kind === "videoinput") return [];
      return kind === "audiooutput" && !canChooseSpeaker() ? [] : [{ id, kind, label }];
    });
    if (JSON.stringify(list) !== JSON.stringify(this.#list.peek())) this.#list.value = list;
  }
}

/** The id of what is asked for by id or label; "" where nothing is, null where it is not there. */
function find(list: readonly Device[], asked: unknown): string | null {
  const name = textOf(asked);
  if (name === "" || list.length === 0) return "";
  return (list.find(({ id }) => id === name) ?? list.find(({ label }) => label === name))?.id ?? null;
}
