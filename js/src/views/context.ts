/** What every part of one view needs: the controller, which view it is, and what its parts share. */

import type { Signal } from "@preact/signals";
import { createContext, type RefObject } from "preact";
import { useContext } from "preact/hooks";
import type { Controller } from "../controller";
import type { Strings } from "../strings";

export interface ViewContext {
  controller: Controller;
  view: symbol;
  root: RefObject<HTMLDivElement | null>;
  /** Where the avatar is seen; null while it is not. */
  face: Signal<HTMLVideoElement | null>;
  /** The person is asked whether to record. */
  asking: Signal<boolean>;
  /** What has just been done for the person, in words. */
  said: Signal<string>;
}

export const Context = createContext<ViewContext | null>(null);

export function useView(): ViewContext {
  const context = useContext(Context);
  if (context === null) throw new Error("rendered outside of a view");
  return context;
}

export function useController(): Controller {
  return useView().controller;
}

export function useStrings(): Strings {
  return useController().traits.strings.value;
}

/** The character's own name: "Leo" for "navtalk.Leo". */
export function useCharacterName(): string {
  return characterName(useController());
}

export function characterName({ traits }: Controller): string {
  return traits.character.value.split(".").at(-1) || traits.strings.value.avatar;
}
