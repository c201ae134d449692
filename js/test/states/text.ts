/** Words of all lengths, where they must fit. */

import { userEvent } from "vitest/browser";
import { CONTENT, exchange, turn } from "./content";
import { connected, type State, say, seen, shows, talking, tell } from "./steps";

/** Enough to scroll through; what is left of more is the kernel's to keep. */
const TURNS = 60;

export const TEXT: Record<string, State> = {
  "long words": async (given) => {
    const page = await tell(await seen(given), "speaking");
    return say(page, turn(3, "user", given.content.long), turn(4, "avatar", given.content.long));
  },

  "unbroken words": async (given) => {
    const page = await tell(await seen(given), "speaking");
    return say(page, turn(3, "user", given.content.unbroken), turn(4, "avatar", given.content.unbroken));
  },

  "long names": (given) =>
    connected(given, {
      character: "museum.Maximiliane_Theodora_von_Hohenlohe-Langenburg",
      service_label: `Local service; your words go to ${"my_very_own_responder_".repeat(5)}()`,
    }),

  "other script": async (given) => {
    const page = await seen(given);
    return say(
      page,
      turn(3, "user", "متى يفتح المتحف؟"),
      turn(4, "avatar", "يفتح المتحف في الساعة التاسعة صباحًا."),
    );
  },

  "long conversation, scrolled up": async (given) => {
    const page = await seen(given);
    const both = Object.values(CONTENT).flatMap(exchange);
    const turns = Array.from({ length: TURNS }, (_, index) => {
      const { role, text } = both[index % both.length] as (typeof both)[number];
      return turn(index, role, text);
    });
    await say(page, ...turns);
    // A reader's wheel, once what was moved to the end has come to rest.
    await page.see(() => {
      page.find(".nt-scroll").scrollTop = 300;
      if (!page.has(".nt-latest")) throw new Error("still at the end");
    });
    return page;
  },

  "message typed": async (given) => {
    const page = await seen(given);
    const input = page.find<HTMLInputElement>(".nt-input");
    input.value = given.content.question;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    input.focus();
    return page;
  },

  "keyboard on Start": async (given) => {
    const page = await connected(given);
    await userEvent.tab(); // so that the browser shows where the keyboard is
    page.find(".nt-start").focus();
    return page;
  },

  "keyboard on Stop": async (given) => {
    const page = await talking(given);
    await userEvent.tab();
    page.find(".nt-stop-button").focus();
    return shows(page, ".nt-stop-button:focus");
  },
};
