/** What the global setup hands to the tests. */

import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    gatewayPort: number;
    /** Null where there is no TURN server. */
    turnPort: number | null;
  }
}
