import { expect, test } from "vitest";
import { en as english } from "../src/strings/en";
import { zh as chinese } from "../src/strings/zh";

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

const en = leaves(english);
const zh = leaves(chinese);

test("both languages say the same things", () => {
  expect(zh.map(([path]) => path)).toEqual(en.map(([path]) => path));
});

test.each(zh)("%s is written in Chinese", (_path, text) => {
  expect(text).toMatch(/\p{Script=Han}/u);
});

test.each(en)("%s is written in English", (_path, text) => {
  expect(text).toMatch(/^[^\p{Script=Han}]+$/u);
});

test("both keep the places of names and numbers", () => {
  const places = (all: typeof en) =>
    all.map(([path, text]) => [path, (String(text).match(/\{\w+\}/g) ?? []).sort().join()]);
  expect(places(zh)).toEqual(places(en));
});
