import { afterEach, beforeEach, expect, test } from "vitest";
import { keepReturnToken, tabToken, takeLinkToken } from "../../src/standalone/tab_token";

const address = window.location.href;

beforeEach(() => window.history.replaceState(null, "", address));
afterEach(() => window.history.replaceState(null, "", address));

test("the token of a link goes out of sight and stays with the tab", () => {
  window.history.replaceState(null, "", "#0nc3");
  takeLinkToken();
  expect(tabToken()).toBe("0nc3");
  expect(window.location.href).not.toContain("0nc3");
});

test("the token to return with takes its place", () => {
  window.history.replaceState(null, "", "#0nc3");
  takeLinkToken();
  keepReturnToken("c0m3b4ck");
  expect(tabToken()).toBe("c0m3b4ck");
});

test("a reload, which has no fragment any more, finds it", () => {
  window.history.replaceState(null, "", "#0nc3");
  takeLinkToken();
  takeLinkToken();
  expect(tabToken()).toBe("0nc3");
});

test("a new link pasted into the tab counts", () => {
  window.history.replaceState({ navtalk_token: "old" }, "", "#new");
  takeLinkToken();
  expect(tabToken()).toBe("new");
});

test.each([null, "text", 3, { other: true }, { navtalk_token: 3 }])(
  "the history of another page, %s, is left alone",
  (state) => {
    window.history.replaceState(state, "", address);
    expect(tabToken()).toBeNull();
    keepReturnToken("c0m3b4ck");
    expect(window.history.state).toEqual(state);
  },
);
