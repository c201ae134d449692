import { expect, test } from "vitest";
import { insecurityOf, withAddress } from "../src/insecurity";

test.each([
  ["http://hub.example.org/user/ada/lab", "hub"],
  ["http://192.168.1.7/hub/spawn", "hub"],
  ["http://192.168.1.7:8888/lab", "lan"],
  ["http://[fe80::1]:8888/lab", "lan"],
  ["http://workstation:8888/lab/tree/user.ipynb", "lan"],
  ["http://workstation.local:8888/lab", "lan"],
  ["http://notebooks.example.org/lab", "http"],
  ["https://notebooks.example.org/lab", "framed"],
] as const)("%s is insecure as %s", (address, expected) => {
  expect(insecurityOf(new URL(address) as unknown as Location)).toBe(expected);
});

test("advice names the page's own address", () => {
  const { hostname, port } = new URL("http://workstation:8888/lab");
  expect(withAddress("ssh -L {port}:localhost:{port} {host}", { hostname, port })).toBe(
    "ssh -L 8888:localhost:8888 workstation",
  );
  expect(withAddress("{host}:{port}", { hostname: "$&", port: "" })).toBe("$&:80");
});
