/** Buttons as they look in every view. */

import type { JSX } from "preact";
import { CloseIcon } from "./icons";

type ButtonProps = JSX.IntrinsicElements["button"] & {
  /** What its looks depend on, as classes. */
  kind: string;
  /** What it does, where it shows no words. */
  label?: string;
};

export function Button({ kind, label, ...attributes }: ButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} {...attributes} class={`nt-button ${kind}`} />
  );
}

export function CloseButton(attributes: { label: string; onClick: () => void }) {
  return (
    <Button kind="nt-round nt-plain nt-dismiss" {...attributes}>
      <CloseIcon />
    </Button>
  );
}
