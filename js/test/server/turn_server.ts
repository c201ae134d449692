/** A real TURN server on loopback, Debian's coturn; where it is not installed there is none. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TURN_PASSWORD, TURN_USER } from "./script";

const START_MS = 20_000;

export interface TurnServer {
  port: number;
  close(): void;
}

export async function startTurnServer(): Promise<TurnServer | null> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "turn-"));
  const child = spawn("turnserver", [
    ...[
      "-n",
      "--no-cli",
      "--no-tls",
      "--no-dtls",
      "--lt-cred-mech",
      "--allow-loopback-peers",
      "--simple-log",
    ],
    ...["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", `--listening-port=${port}`, "--log-file=stdout"],
    ...[`--user=${TURN_USER}:${TURN_PASSWORD}`, "--realm=navtalk", `--pidfile=${join(folder, "pid")}`],
    `--userdb=${join(folder, "users")}`,
  ]);
  const close = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  if (await listens(child, port)) return { port, close };
  close();
  return null;
}

async function listens(child: ChildProcess, port: number): Promise<boolean> {
  let ended = false;
  child.on("error", () => {
    ended = true; // it is not installed
  });
  child.on("exit", () => {
    ended = true;
  });
  for (const deadline = Date.now() + START_MS; Date.now() < deadline && !ended; await sleep(50))
    if (await accepts(port)) return true;
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
