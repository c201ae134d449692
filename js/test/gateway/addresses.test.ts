import { describe, expect, onTestFinished, test } from "vitest";
import { onLoopback, serverAddress } from "../../src/gateway/addresses";

function configured(text: string): void {
  const config = document.head.appendChild(document.createElement("script"));
  config.id = "jupyter-config-data";
  config.type = "application/json";
  config.textContent = text;
  onTestFinished(() => config.remove());
}

describe("the notebook server's address", () => {
  const here = window.location.origin.replace("http", "ws");

  test.each([
    ["/", `${here}/proxy/5/`],
    ["/user/ada/", `${here}/user/ada/proxy/5/`],
    ["/user/ada", `${here}/user/ada/proxy/5/`],
    ["https://hub.example/user/ada/", "wss://hub.example/user/ada/proxy/5/"],
  ])("is found for the base %s", (baseUrl, address) => {
    configured(JSON.stringify({ baseUrl, token: "" }));
    expect(serverAddress("proxy/5/")).toBe(address);
  });

  test.each(["", "{", "null", "{}", '{"baseUrl": 3}', '{"baseUrl": ""}', '{"baseUrl": "file:///x/"}'])(
    "is not made up where the page says %s",
    (text) => {
      configured(text);
      expect(serverAddress("proxy/5/")).toBeNull();
    },
  );

  test("is not made up where the page says nothing", () => {
    expect(serverAddress("proxy/5/")).toBeNull();
  });

  test("of an older notebook is on its body", () => {
    document.body.dataset.baseUrl = "/tree/";
    onTestFinished(() => document.body.removeAttribute("data-base-url"));
    expect(serverAddress("proxy/5/")).toBe(`${here}/tree/proxy/5/`);
  });
});

test.each([
  ["localhost", true],
  ["127.0.0.1", true],
  ["[::1]", true],
  ["lab.localhost", true],
  ["hub.example", false],
  ["192.168.1.7", false],
  ["localhost.example", false],
])("a page of %s: on this machine %s", (hostname, there) => {
  expect(onLoopback({ hostname } as Location)).toBe(there);
});
