import { afterEach, expect, test, vi } from "vitest";
import { host } from "../src/host";

afterEach(() => {
  delete document.body.dataset.vscodeThemeKind;
  document.body.classList.remove("nt-page");
  vi.restoreAllMocks();
});

test("a page with nothing special about it is a notebook's", () => {
  expect(host()).toBe("notebook");
});

test("VS Code says on the body which theme it has", () => {
  document.body.dataset.vscodeThemeKind = "vscode-dark";
  expect(host()).toBe("vscode");
});

test("our own page is known by its class", () => {
  document.body.classList.add("nt-page");
  expect(host()).toBe("own_page");
});

test("a frame that is given no microphone is noticed", async () => {
  const frame = document.createElement("iframe");
  frame.allow = "microphone 'none'";
  frame.srcdoc = "<p>an output</p>";
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  const policy: unknown = Reflect.get(frame.contentDocument ?? {}, "featurePolicy");
  Object.defineProperty(document, "permissionsPolicy", { value: policy, configurable: true });
  expect(host()).toBe("no_microphone");
  Reflect.deleteProperty(document, "permissionsPolicy");
  frame.remove();
});
