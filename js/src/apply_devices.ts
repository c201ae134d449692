/** Puts the chosen devices to use, and tells the kernel which there are. */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { Microphone } from "./audio/microphone";
import type { Devices } from "./devices";
import { onAbort } from "./lifetime";
import type { PageErrorCode, ToKernel } from "./messages";
import type { Voice } from "./voice";

interface Users {
  microphone: Microphone;
  voice: Voice;
  /** Whether the kernel counts on the devices of this page. */
  told: ReadonlySignal<boolean>;
  send(message: ToKernel): void;
  onMissing(code: PageErrorCode): void;
}

export function applyDevices(devices: Devices, users: Users, life: AbortSignal): void {
  const { microphone, voice } = users;
  for (const follow of [
    () => microphone.use(devices.source.value),
    () => voice.setSpeaker(devices.speaker.value),
    () => {
      if (microphone.state.value !== "on") return;
      // Now that it is allowed, the browser says what they are called.
      void devices.look();
      if (devices.missing.microphone.value) users.onMissing("microphone_replaced");
      if (devices.missing.speaker.value) users.onMissing("speaker_replaced");
    },
    () => {
      if (users.told.value) users.send({ type: "devices", devices: devices.list.value });
    },
  ]) {
    onAbort(life, effect(follow));
  }
}
