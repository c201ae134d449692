/** `npm run states` takes a picture of the widget in each of its states; `-- -t muted` takes those of one. */

import { join } from "node:path";
import { defineConfig } from "vitest/config";
import type { BrowserCommand } from "vitest/node";
import { chromium, sources } from "./vitest.browser.mjs";

const SHOTS = join(import.meta.dirname, "../build/states/shots");

const takePicture: BrowserCommand<[path: string, moving: boolean]> = async ({ iframe }, path, moving) => {
  const animations = moving ? "allow" : "disabled";
  await iframe.locator("[data-picture]").screenshot({ path: join(SHOTS, path), animations });
};

const browser = chromium({ width: 1600, height: 1400 });

export default defineConfig({
  ...sources,
  test: {
    testTimeout: 180_000,
    retry: 2,
    include: ["test/states/take_pictures.ts"],
    globalSetup: "test/server/global_setup.ts",
    browser: { ...browser, commands: { ...browser.commands, takePicture } },
  },
});
