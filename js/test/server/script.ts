/** What a test and the scripted gateway server say to each other. */

export const TOKEN = "right-token";

export const TURN_USER = "guest";
export const TURN_PASSWORD = "turn-secret";

/** What the script says. */
export type Order =
  | { do: "text"; text: string }
  | { do: "binary"; base64: string }
  | { do: "close"; code: number }
  | { do: "terminate" };

/** What the script is told. */
export type Report =
  | { event: "open" }
  | { event: "text"; text: string }
  | { event: "binary"; base64: string }
  | { event: "close"; code: number };
