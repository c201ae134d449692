/** What the extras have from the page's script: they run on the same Preact, in the same views. */

export { computed, effect, signal, untracked, useSignal } from "@preact/signals";
export { Fragment, h } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
export { closeContext } from "./audio/capture";
export { every, Lifetime, onAbort, Timer } from "./lifetime";
export { parseWidgetId, textOf } from "./parsing";
export { CODEC_STRINGS } from "./relay/decoders";
export { ownError } from "./strings/kernel";
export { Button } from "./views/button";
export { useCharacterName, useController, useStrings, useView } from "./views/context";
export { useMicrophoneBroken } from "./views/controls/call_actions";
export { MicrophoneIcon, MicrophoneOffIcon } from "./views/icons";
export { Sign } from "./views/recording_sign";
