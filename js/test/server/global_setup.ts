/** One gateway server, and one TURN server, for the whole run. */

import type { TestProject } from "vitest/node";
import { startGatewayServer } from "./gateway_server";
import { startTurnServer } from "./turn_server";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [gateway, turn] = await Promise.all([startGatewayServer(), startTurnServer()]);
  project.provide("gatewayPort", gateway.port);
  project.provide("turnPort", turn?.port ?? null);
  return async () => {
    turn?.close();
    await gateway.close();
  };
}
