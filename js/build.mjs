/** Build the page: navtalk_widget/static/widget.js and widget.css. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { esbuildWorklets } from "./worklets.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: { widget: here("src/index.ts") },
  outdir: here("../navtalk_widget/static"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  plugins: [esbuildWorklets()],
});

await build({
  entryPoints: { widget: here("src/widget.css") },
  outdir: here("../navtalk_widget/static"),
  bundle: true,
  minify: true,
  target: ["chrome123", "firefox121", "safari17.5"],
});
