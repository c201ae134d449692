import { expect, test } from "vitest";
import { stringsFrom } from "../src/strings";
import { zh as chinese } from "../src/strings/zh";

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

const en = leaves(stringsFrom({}));
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

test("words that are missing, or no words, are said in English", () => {
  const given = { start: "开始", stop: 5, status: { idle: "就绪" }, unknown: "?" };
  const { start, stop, status } = stringsFrom(given);
  expect([start, stop, status.idle, status.closed]).toEqual(["开始", "Stop", "就绪", "Conversation ended"]);
  expect(stringsFrom(null)).toEqual(stringsFrom({}));
});
