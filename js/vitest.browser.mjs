/** The Chromium that page tests run in, and that pictures of the page are taken in. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { viteWorklets } from "./worklets.mjs";

/**
 * The machine's own Chromium; Playwright's where there is none.
 *
 * @returns {string | undefined}
 */
function chromiumPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

const executablePath = chromiumPath();

const launchOptions = {
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
  ],
};

/**
 * What a person's system asks of pages: light or dark, colours of its own, calm.
 *
 * @type {import("vitest/node").BrowserCommand<Parameters<import("playwright").Page["emulateMedia"]>>}
 */
const wish = ({ page }, media) => page.emulateMedia(media);

/**
 * A window in which the page has this room; in a smaller one it would be made smaller, too.
 *
 * @param {{ width: number, height: number }} viewport
 */
export function chromium(viewport) {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions, contextOptions: { viewport } }),
    commands: { wish },
    instances: [{ browser: /** @type {const} */ ("chromium"), viewport }],
  };
}

/**
 * What Vite must know of the sources.
 *
 * @type {import("vitest/config").ViteUserConfig}
 */
export const sources = {
  plugins: [viteWorklets()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  optimizeDeps: {
    include: [
      "axe-core",
      "preact",
      "preact/hooks",
      "preact/jsx-runtime",
      "preact/jsx-dev-runtime",
      "@preact/signals",
    ],
  },
  // The wire's sample messages lie beside the Python tests.
  server: { fs: { allow: [".."] } },
};
