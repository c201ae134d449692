import { expect, test } from "vitest";
import { stringsFor } from "../src/strings";

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

const en = leaves(stringsFor("en"));
const zh = leaves(stringsFor("zh"));

test("both languages say the same things", () => {
  expect(zh.map(([path]) => path)).toEqual(en.map(([path]) => path));
});

test.each(zh)("%s is written in Chinese", (_path, text) => {
  expect(text).toMatch(/\p{Script=Han}/u);
});

test.each(en)("%s is written in English", (_path, text) => {
  expect(text).toMatch(/^[^\p{Script=Han}]+$/u);
});

test("both keep the place of the character's name", () => {
  expect(stringsFor("en").conversationWith).toContain("{name}");
  expect(stringsFor("zh").conversationWith).toContain("{name}");
});
