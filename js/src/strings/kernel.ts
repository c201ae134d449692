/** What the kernel says, which is English, in the language of the page: its words may have phrases for that. */

import type { KernelError } from "../messages";
import type { Strings } from "./strings";

export function ownWords(said: string, { kernel }: Strings): string {
  return kernel.phrases.reduce(
    (words, [english, own]) => words.replace(new RegExp(english, "gu"), own),
    said,
  );
}

/** Where no phrase tells of an error, what it is by its code comes before the kernel's own words. */
export function ownError({ code, message, hint }: KernelError, strings: Strings): KernelError {
  const { errors } = strings.kernel;
  const words = ownWords(message, strings);
  return {
    code,
    message: words === message ? (errors[code] ?? errors.error) + words : words,
    hint: ownWords(hint, strings),
  };
}
