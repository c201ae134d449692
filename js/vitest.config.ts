import { defineConfig } from "vitest/config";
import { chromium, sources } from "./vitest.browser.mjs";

export default defineConfig({
  ...sources,
  test: {
    testTimeout: 30_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/bundle/**"],
          globalSetup: "test/server/global_setup.ts",
          browser: chromium({ width: 900, height: 900 }),
        },
      },
      { extends: true, test: { name: "bundle", include: ["test/bundle/**/*.test.ts"], environment: "node" } },
    ],
  },
});
