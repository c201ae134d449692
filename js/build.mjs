/**
 * Build the page into navtalk_widget/static: widget.js and widget.css; extras.js, which it fetches later; start.js for the
 * page of its own; and the words of each language.
 */

import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { esbuildWorklets } from "./worklets.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const STATIC = here(process.argv[2] ?? "../navtalk_widget/static");

/** @type {import("esbuild").BuildOptions} */
const SCRIPT = {
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  // A call of `h` is shorter than what the automatic runtime makes of the same element.
  tsconfigRaw: {
    compilerOptions: { target: "es2022", jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" },
  },
  target: "es2022",
  inject: [here("jsx.mjs")],
};

const widget = await build({
  ...SCRIPT,
  entryPoints: { widget: here("src/index.ts") },
  outdir: STATIC,
  plugins: [esbuildWorklets()],
  metafile: true,
});

await build({
  ...SCRIPT,
  entryPoints: { start: here("src/standalone/page.ts") },
  outdir: STATIC,
  inject: [],
  plugins: [
    {
      name: "widget",
      setup(building) {
        building.onResolve({ filter: /^\.\.\/index$/ }, () => ({ path: "./widget.js", external: true }));
      },
    },
  ],
});

const extras = await build({
  ...SCRIPT,
  entryPoints: { extras: here("src/extras.ts") },
  outdir: STATIC,
  format: "iife",
  globalName: "extras",
  banner: { js: "export default lent=>{" },
  footer: { js: "return extras}" },
  plugins: [await borrowing("src/lent.ts")],
  metafile: true,
});

const twice = modules(extras).filter((module) => modules(widget).includes(module));
if (twice.length > 0)
  throw new Error(`${twice} would be loaded twice: src/lent.ts should list what is used of it`);

await build({
  entryPoints: { widget: here("src/widget.css") },
  outdir: STATIC,
  bundle: true,
  minify: true,
  target: ["chrome123", "firefox121", "safari17.5"],
});

for (const locale of ["en", "zh"]) {
  const { outputFiles } = await build({
    entryPoints: [here(`src/strings/${locale}.ts`)],
    bundle: true,
    format: "esm",
    charset: "utf8",
    write: false,
  });
  const module = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")}`;
  const words = (await import(module))[locale];
  await writeFile(`${STATIC}/${locale}.json`, JSON.stringify(words));
}

/**
 * Takes from `lent`, as the built script calls what it is given, whatever a module re-exports that lists it.
 * @param {string} list
 * @returns {Promise<import("esbuild").Plugin>}
 */
async function borrowing(list) {
  const text = await readFile(here(list), "utf8");
  const folder = resolve(here(list), "..");
  const names = new Map(
    [...text.matchAll(/^export \{([^}]+)\} from "([^"]+)"/gm)].map(([, found = "", from = ""]) => [
      from.startsWith(".") ? resolve(folder, from) : from,
      found,
    ]),
  );
  return {
    name: "borrowing",
    setup(building) {
      building.onResolve({ filter: /.*/ }, ({ path, resolveDir }) => {
        const module = path.startsWith(".") ? resolve(resolveDir, path) : path;
        return names.has(module) ? { path: module, namespace: "lent", sideEffects: false } : undefined;
      });
      building.onLoad({ filter: /.*/, namespace: "lent" }, ({ path }) => ({
        contents: `export const {${names.get(path)}} = lent;`,
      }));
    },
  };
}

/**
 * The modules of which something is in what was built.
 * @param {import("esbuild").BuildResult<{ metafile: true }>} built
 */
function modules({ metafile }) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.flatMap(([module, { bytesInOutput }]) => (bytesInOutput > 0 ? [module] : []));
}
