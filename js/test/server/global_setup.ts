/** One gateway server for the whole run. */

import type { TestProject } from "vitest/node";
import { startGatewayServer } from "./gateway_server";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startGatewayServer();
  project.provide("gatewayPort", server.port);
  return () => server.close();
}
