import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LIMIT_BYTES = 100_000;

beforeAll(() => {
  execFileSync(process.execPath, [here("../../build.mjs")]);
});

test("the bundle weighs no more than 100 kB", () => {
  expect(readFileSync(here("../../../navtalk_widget/static/widget.js")).byteLength).toBeLessThan(LIMIT_BYTES);
});

test("its default export makes a widget", async () => {
  const { default: createWidget } = await import(here("../../../navtalk_widget/static/widget.js"));
  expect(Object.keys(createWidget()).sort()).toEqual(["initialize", "render"]);
});

test("it fetches nothing from elsewhere", () => {
  const bundle = readFileSync(here("../../../navtalk_widget/static/widget.js"), "utf8");
  expect(bundle).not.toMatch(/\bimport\s*["'(]/);
  expect(bundle.match(/https?:\/\/[^"'`]+/g) ?? []).toEqual(
    (bundle.match(/https?:\/\/[^"'`]+/g) ?? []).filter((url) => url.startsWith("http://www.w3.org/")),
  );
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
