/** Every word the page shows. The kernel hands over those of one language, from `static/`: all the page knows. */

export type { Advice, Locale, Strings } from "./strings";
