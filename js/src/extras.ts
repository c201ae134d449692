/**
 * What a conversation can begin without, and most never need: a script of its own, which the page gets from the kernel.
 *
 * `build.mjs` leaves out of it what the page has already; `lent.ts` lists that.
 */

export { Heard } from "./heard";
export { AvatarStream } from "./interop/avatar_stream";
export { Recorder } from "./recording/recorder";
export { savePicture } from "./recording/snapshot";
export { Relay } from "./relay/relay";
export { keepLipsWithVoice } from "./rtc/lip_sync";
export { TalkButton } from "./views/controls/talk_button";
export { Figures } from "./views/figures";
export { Consent, KernelConsent, RecordingSign } from "./views/recording";
export { Retrying } from "./views/retrying";
export { SettingsFields } from "./views/settings_fields";
