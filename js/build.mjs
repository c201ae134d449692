/**
 * Build the page into navtalk_widget/static: page.js, the same packed as widget.js, widget.css, and the words of each
 * language but English.
 *
 * A notebook may save its widgets' scripts, and gets them as a message each time it is run. So it gets widget.js, half
 * as large: page.js deflated, behind what unpacks and imports it as every host of anywidgets imports their scripts.
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { esbuildWorklets } from "./worklets.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: { page: here("src/index.ts") },
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

const page = await readFile(here("../navtalk_widget/static/page.js"));
const packed = deflateRawSync(page, { level: 9 }).toString("base64");
await writeFile(
  here("../navtalk_widget/static/widget.js"),
  `const packed=Uint8Array.from(atob("${packed}"),(c)=>c.charCodeAt(0));
const stream=new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
const url=URL.createObjectURL(new Blob([await new Response(stream).text()],{type:"text/javascript"}));
const page=await import(url);
URL.revokeObjectURL(url);
export default page.default;
`,
);

for (const locale of ["zh"]) {
  const { outputFiles } = await build({
    entryPoints: [here(`src/strings/${locale}.ts`)],
    bundle: true,
    format: "esm",
    charset: "utf8",
    write: false,
  });
  const module = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")}`;
  const words = (await import(module))[locale];
  await writeFile(here(`../navtalk_widget/static/${locale}.json`), JSON.stringify(words));
}
