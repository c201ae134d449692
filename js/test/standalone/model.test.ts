import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseInvitation } from "../../src/parsing";
import { StandaloneModel } from "../../src/standalone/model";

const address = window.location.href;
let model: StandaloneModel;
let answers: unknown[];

beforeEach(() => {
  window.history.replaceState({ navtalk_token: "0nc3" }, "", "/pl4c3/");
  model = new StandaloneModel();
  answers = [];
  model.on("msg:custom", (content) => answers.push(content));
});
afterEach(() => window.history.replaceState(null, "", address));

const ready = { type: "ready", page: "p" };

test("it tells the way to the gateway that served the page", async () => {
  model.send(ready);
  expect(answers).toEqual([]);
  await Promise.resolve();
  const url = `ws://${window.location.host}/`;
  expect(answers).toEqual([{ type: "gateway", page: "p", url, token: "0nc3" }]);
  expect(parseInvitation(answers[0])).toMatchObject({ url, token: "0nc3" });
});

test("behind a proxy the gateway is behind it too", async () => {
  window.history.replaceState({ navtalk_token: "0nc3" }, "", "/user/me/proxy/41001/pl4c3/");
  model.send(ready);
  await Promise.resolve();
  expect(answers).toEqual([
    expect.objectContaining({ url: `ws://${window.location.host}/user/me/proxy/41001/` }),
  ]);
});

test("a token that was shown twice is not shown again", () => {
  model.send(ready);
  model.send(ready);
  expect(() => model.send(ready)).toThrow("no token");
});

test("a gateway that is held up, and refuses nobody, is asked again", () => {
  const now = vi.spyOn(performance, "now");
  for (let try_ = 0; try_ < 5; try_ += 1) {
    now.mockReturnValue(10_000 * try_);
    expect(() => model.send(ready)).not.toThrow();
  }
  now.mockRestore();
});

test("each token to return with has its own tries", () => {
  for (const navtalk_token of ["a", "b", "c", "d"]) {
    window.history.replaceState({ navtalk_token }, "", "/pl4c3/");
    expect(() => model.send(ready)).not.toThrow();
  }
});

test("without a token there is no way", () => {
  window.history.replaceState(null, "", "/pl4c3/");
  expect(() => model.send(ready)).toThrow("no token");
});

test("there is no comm to go by instead", () => {
  expect(() => model.send({ type: "comm_open" })).toThrow("no comm");
});

test("who listens no more is not told", async () => {
  const gone = () => answers.push("gone");
  model.on("msg:custom", gone);
  model.off("msg:custom", gone);
  model.send(ready);
  await Promise.resolve();
  expect(answers).toHaveLength(1);
});
