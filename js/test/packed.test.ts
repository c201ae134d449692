import { expect, onTestFinished, test } from "vitest";
import packed from "../../navtalk_widget/static/widget.js?raw";

test("the packed script unpacks itself where hosts import scripts from blobs", async () => {
  const url = URL.createObjectURL(new Blob([packed], { type: "text/javascript" }));
  onTestFinished(() => URL.revokeObjectURL(url));
  const { default: createWidget } = await import(/* @vite-ignore */ url);
  expect(Object.keys(createWidget()).sort()).toEqual(["initialize", "render"]);
});
