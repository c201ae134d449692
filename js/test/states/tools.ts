/** Calls of the notebook's functions. */

import type { ToolCall } from "../../src/messages";
import type { Page } from "../support/page";
import { call, turn } from "./content";
import { fold, type Given, type State, say, seen, shows, tell, use } from "./steps";

async function used(given: Given, ...calls: ToolCall[]): Promise<Page> {
  const page = await tell(await seen(given), "thinking");
  use(page, ...calls);
  return shows(page, ".nt-tool");
}

export const TOOLS: Record<string, State> = {
  "tool asks": ({ content, ...given }) =>
    used({ content, ...given }, call(content, "awaiting_approval", { name: "book_tickets" })),

  "tool asks, with much to read": ({ content, ...given }) => {
    const values = {
      path: "notes/2026/visit.md",
      lines: "one\n".repeat(40),
      [`overwrite_${"x".repeat(60)}`]: true,
    };
    return used(
      { content, ...given },
      call(content, "awaiting_approval", { name: "write_file", arguments: values }),
    );
  },

  "tool works, share known": ({ content, ...given }) =>
    used({ content, ...given }, call(content, "running", { progress: 0.4, message: content.tool.doing })),

  "tool works, share unknown": ({ content, ...given }) =>
    used({ content, ...given }, call(content, "running", { message: content.tool.doing })),

  "tool done, folded": ({ content, ...given }) =>
    used({ content, ...given }, call(content, "done", { result: content.tool.result })),

  "tool done, unfolded": async ({ content, ...given }) => {
    const page = await used({ content, ...given }, call(content, "done", { result: content.tool.result }));
    fold(page, true);
    return page;
  },

  "tool failed": ({ content, ...given }) =>
    used(
      { content, ...given },
      call(content, "failed", { result: "opening_hours failed: TimeoutError: no answer within 30 s" }),
    ),

  "tool denied": ({ content, ...given }) => used({ content, ...given }, call(content, "denied")),

  "tool called off": async ({ content, ...given }) => {
    const page = await used({ content, ...given }, call(content, "cancelled"));
    return say(page, turn(5, "user", content.hearing, { final: false }));
  },
};
