import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { viteWorklets } from "./worklets.mjs";

/** The machine's own Chromium; Playwright's where there is none. */
function chromiumPath(): string | undefined {
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

export default defineConfig({
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
  test: {
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/bundle/**"],
          globalSetup: "test/server/global_setup.ts",
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath === undefined ? {} : { executablePath }),
                args: [
                  "--no-sandbox",
                  "--use-fake-ui-for-media-stream",
                  "--use-fake-device-for-media-stream",
                  "--autoplay-policy=no-user-gesture-required",
                  "--disable-background-networking",
                ],
              },
            }),
            instances: [{ browser: "chromium", viewport: { width: 900, height: 900 } }],
          },
        },
      },
      { extends: true, test: { name: "bundle", include: ["test/bundle/**/*.test.ts"], environment: "node" } },
    ],
  },
});
