/** What a person's system asks of pages. */

import { commands } from "vitest/browser";

export interface Wishes {
  colorScheme: "light" | "dark";
  forcedColors: "active" | "none";
  reducedMotion: "reduce" | null;
}

declare module "vitest/browser" {
  interface BrowserCommands {
    wish(wishes: Wishes): Promise<void>;
  }
}

export const PLAIN: Wishes = { colorScheme: "light", forcedColors: "none", reducedMotion: null };

export function wish(wishes: Wishes): Promise<void> {
  return commands.wish(wishes);
}
