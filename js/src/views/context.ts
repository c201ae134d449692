/** What every part of one view needs: the controller, and which view it is. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Controller } from "../controller";
import { type Strings, stringsFor } from "../strings";

export interface ViewContext {
  controller: Controller;
  view: symbol;
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
  return stringsFor(useController().traits.locale.value);
}

/** The character's own name: "Leo" for "navtalk.Leo". */
export function useCharacterName(): string {
  const name = useController().traits.character.value.split(".").at(-1) ?? "";
  const fallback = useStrings().avatar;
  return name === "" ? fallback : name;
}
