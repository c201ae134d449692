import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LIMIT_BYTES = 100_000;

beforeAll(() => {
  execFileSync(process.execPath, [here("../../build.mjs")]);
});

const built = (name: string) => readFileSync(here(`../../../navtalk_widget/static/${name}`));

test("what shows and runs a conversation weighs no more than 100 kB, minified and not packed", () => {
  expect(built("widget.js").byteLength).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("its default export makes a widget", async () => {
  const { default: createWidget } = await import(here("../../../navtalk_widget/static/widget.js"));
  expect(Object.keys(createWidget()).sort()).toEqual(["initialize", "render"]);
});

test.each(["widget.js", "extras.js"])("%s fetches nothing from elsewhere", (name) => {
  const bundle = built(name).toString();
  // What it imports is a text that the kernel has sent, or nothing.
  expect(bundle).not.toMatch(/\bimport\s*["'{*]|\bimport\(["'`]|\bfrom["']/);
  // Names of XML's, and the places that an advice puts into words.
  expect(bundle).not.toMatch(/https?:\/\/(?!www\.w3\.org\/|localhost:\{|\{)/);
});

test("every class in the style sheet is ours", () => {
  const css = readFileSync(here("../../../navtalk_widget/static/widget.css"), "utf8");
  const classes = new Set([...css.matchAll(/\.(-?[a-z][\w-]*)(?=[\s.,:>{[)])/gi)].map(([, name]) => name));
  expect([...classes].filter((name) => !name?.startsWith("nt-"))).toEqual([]);
  expect(classes.size).toBeGreaterThan(40);
});

test("the lock file names no registry host", () => {
  expect(readFileSync(here("../../package-lock.json"), "utf8")).not.toMatch(/https?:\/\/[^"]*\.tgz/);
});
