/** Every word the page shows, in each of its languages. */

import { en } from "./en";
import type { Locale, Strings } from "./strings";
import { zh } from "./zh";

export type { Advice, Locale, Strings } from "./strings";

const TABLE: Record<Locale, Strings> = { en, zh };

export function stringsFor(locale: Locale): Strings {
  return TABLE[locale];
}
