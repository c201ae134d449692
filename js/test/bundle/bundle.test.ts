import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LIMIT_BYTES = 100_000;

beforeAll(() => {
  execFileSync(process.execPath, [here("../../build.mjs")]);
});

test("what a notebook gets weighs no more than 100 kB", () => {
  expect(readFileSync(here("../../../navtalk_widget/static/widget.js")).byteLength).toBeLessThan(LIMIT_BYTES);
});

test("its default export makes a widget", async () => {
  const { default: createWidget } = await import(here("../../../navtalk_widget/static/page.js"));
  expect(Object.keys(createWidget()).sort()).toEqual(["initialize", "render"]);
});

test("it fetches nothing from elsewhere", () => {
  const bundle = readFileSync(here("../../../navtalk_widget/static/page.js"), "utf8");
  expect(bundle).not.toMatch(/\bimport\s*["'(]/);
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
