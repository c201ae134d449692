/**
 * A WebSocket server that stands where the kernel's gateway stands, scripted from the page under test.
 *
 * `/gateway/<case>` is what the widget connects to, `/control/<case>` is the script's own connection: it is told
 * all that happens and says what to do.
 */

import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { type Order, type Report, TOKEN } from "./script";

const HELLO_MS = 5_000;

interface Case {
  control: WebSocket | null;
  gateway: WebSocket | null;
}

export interface GatewayServer {
  port: number;
  close(): Promise<void>;
}

export async function startGatewayServer(): Promise<GatewayServer> {
  const cases = new Map<string, Case>();
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (socket, request) => {
    const [, kind, name = ""] = (request.url ?? "").split("/");
    const here = cases.get(name) ?? { control: null, gateway: null };
    cases.set(name, here);
    if (kind === "control") serveControl(socket, here);
    else serveGateway(socket, here);
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}

function serveControl(socket: WebSocket, here: Case): void {
  here.control = socket;
  socket.on("message", (data) => obey(JSON.parse(data.toString()) as Order, here.gateway));
  socket.on("close", () => here.gateway?.terminate());
}

function obey(order: Order, gateway: WebSocket | null): void {
  if (order.do === "text") gateway?.send(order.text);
  else if (order.do === "binary") gateway?.send(Buffer.from(order.base64, "base64"));
  else if (order.do === "close") gateway?.close(order.code);
  else gateway?.terminate();
}

function serveGateway(socket: WebSocket, here: Case): void {
  const tell = (report: Report) => here.control?.send(JSON.stringify(report));
  const timer = setTimeout(() => socket.close(1008), HELLO_MS);
  let greeted = false;
  socket.on("message", (data, isBinary) => {
    if (!greeted) {
      clearTimeout(timer);
      if (isBinary || !isHello(data)) {
        socket.close(1008);
        return;
      }
      greeted = true;
      here.gateway = socket;
      tell({ event: "open" });
    }
    tell(
      isBinary
        ? { event: "binary", base64: (data as Buffer).toString("base64") }
        : { event: "text", text: data.toString() },
    );
  });
  socket.on("close", (code) => {
    clearTimeout(timer);
    if (here.gateway === socket) here.gateway = null;
    if (greeted) tell({ event: "close", code });
  });
}

function isHello(data: RawData): boolean {
  try {
    const hello = JSON.parse(data.toString()) as { type?: unknown; token?: unknown } | null;
    return hello?.type === "hello" && hello.token === TOKEN;
  } catch {
    return false;
  }
}
