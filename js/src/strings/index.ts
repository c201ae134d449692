/** Every word the page shows. English is built in; the kernel gives those of other languages, from `static/`. */

import { en } from "./en";
import type { Strings } from "./strings";

export type { Advice, Locale, Strings } from "./strings";

/** English, and over it what words of that shape there are in the ones given. */
export function stringsFrom(words: unknown): Strings {
  return over(en, words);
}

function over<T>(own: T, given: unknown): T {
  if (typeof own === "string") return typeof given === "string" ? (given as T) : own;
  const words = (given ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(own as object).map(([key, word]) => [key, over(word, words[key])]),
  ) as T;
}
