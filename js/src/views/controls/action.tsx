/** One thing to do: a round button in the row, or a line with words in the menu of what does not fit. */

import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import { Button } from "../button";
import { CheckIcon } from "../icons";

export const InMenu = createContext(false);

export interface ActionProps {
  name: string;
  label: string;
  /** It is going on; where the label does not tell, `pressed` does. */
  on?: boolean | undefined;
  pressed?: boolean | undefined;
  disabled?: boolean | undefined;
  onClick: () => void;
  children: ComponentChildren;
}

export function Action({ name, label, pressed, on = pressed, disabled, onClick, children }: ActionProps) {
  const inMenu = useContext(InMenu);
  return (
    <Button
      kind={`${inMenu ? "nt-line" : "nt-round"} nt-${name}-button`}
      label={inMenu ? undefined : label}
      aria-pressed={pressed}
      data-on={on}
      // Not disabled, which would take the keyboard's focus away.
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      {children}
      {inMenu && <span>{label}</span>}
      {inMenu && on && <CheckIcon />}
    </Button>
  );
}
