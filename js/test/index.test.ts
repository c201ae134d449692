import { expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import createWidget from "../src/index";
import { Page } from "./support/page";
import { TestModel } from "./support/test_model";

test("initialising wires and asks for nothing", () => {
  const getUserMedia = vi.spyOn(navigator.mediaDevices, "getUserMedia");
  const model = new TestModel();
  const life = new AbortController();
  createWidget().initialize({ model: model.model, signal: life.signal });
  expect(model.sent).toEqual([]);
  expect(getUserMedia).not.toHaveBeenCalled();
  life.abort();
  expect(model.listenerCount).toBe(0);
  vi.restoreAllMocks();
});

test("a host without signals gets functions that clean up", () => {
  const model = new TestModel();
  model.widget_manager = { kernel: null };
  const widget = createWidget();
  const endWidget = widget.initialize({ model: model.model });
  const el = document.createElement("div");
  const endView = widget.render({ el });
  expect(el.querySelector(".nt-root")).not.toBeNull();
  endView?.();
  expect(el.childElementCount).toBe(0);
  endWidget?.();
  expect(model.listenerCount).toBe(0);
});

test("two widgets of one module know nothing of each other", async () => {
  const one = await Page.talking();
  const other = await Page.connected({ character: "navtalk.Lily" });
  expect(other.root.dataset.owner).toBe("false");
  expect(other.text(".nt-name")).toBe("Lily");
  expect(one.root.dataset.owner).toBe("true");
});

test("all views of one widget share one connection", async () => {
  const page = await Page.connected();
  const second = page.show();
  await page.see(() => expect(page.find(".nt-root", second.el).dataset.link).toBe("open"));
  expect(page.kernel.connections).toBe(1);
  expect([page.kernel.model.asked, page.kernel.model.sent.length]).toEqual([1, 1]);
});

test("the keys that are pressed in it are not the notebook's, but the one that saves is", async () => {
  const page = await Page.connected();
  const heard: string[] = [];
  const listening = new AbortController();
  onTestFinished(() => listening.abort());
  const onKey = ({ key, target }: KeyboardEvent) =>
    heard.push(`${key} ${page.first.el.contains(target as Element)}`);
  document.addEventListener("keydown", onKey, listening);
  page.button("Start").focus();
  expect(page.button("Start").dataset.lmSuppressShortcuts).toBe("true");
  await userEvent.keyboard("dd{Escape}{Control>}as{/Control}");
  expect(heard).toEqual(["s false"]);
});
