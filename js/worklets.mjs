/** AudioWorklet modules as text: `import source from "./capture_worklet?worklet"` is the bundled script. */

import { dirname, resolve } from "node:path";
import { build } from "esbuild";

const SUFFIX = "?worklet";

/**
 * Bundle one worklet and whatever it imports.
 * @param {string} entry path without the `.ts`
 * @returns {Promise<string>}
 */
async function bundleWorklet(entry) {
  const result = await build({
    entryPoints: [`${entry}.ts`],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
  });
  return result.outputFiles[0]?.text ?? "";
}

/** @returns {import("esbuild").Plugin} */
export function esbuildWorklets() {
  return {
    name: "worklets",
    setup(building) {
      building.onResolve({ filter: /\?worklet$/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice(0, -SUFFIX.length)),
        namespace: "worklet",
      }));
      building.onLoad({ filter: /.*/, namespace: "worklet" }, async ({ path }) => ({
        contents: await bundleWorklet(path),
        loader: "text",
      }));
    },
  };
}

/** The same for the tests, which vite serves. */
export function viteWorklets() {
  return {
    name: "worklets",
    enforce: /** @type {const} */ ("pre"),
    /** @param {string} source @param {string | undefined} importer */
    resolveId(source, importer) {
      if (!source.endsWith(SUFFIX) || importer === undefined) return null;
      return `\0worklet:${resolve(dirname(importer), source.slice(0, -SUFFIX.length))}`;
    },
    /** @param {string} id */
    async load(id) {
      if (!id.startsWith("\0worklet:")) return null;
      return `export default ${JSON.stringify(await bundleWorklet(id.slice("\0worklet:".length)))};`;
    },
  };
}
