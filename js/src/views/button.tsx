/** A button as they look in every view. */

import type { JSX } from "preact";

type ButtonProps = JSX.IntrinsicElements["button"] & {
  /** What its looks depend on, as classes. */
  kind: string;
};

export function Button({ kind, ...attributes }: ButtonProps) {
  return <button type="button" {...attributes} class={`nt-button ${kind}`} />;
}
