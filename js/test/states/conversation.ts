/** The states of a conversation, from before its start to after its end. */

import { expect, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { SHOWN_MS } from "../../src/views/toast";
import type { Page } from "../support/page";
import { LOST, turn } from "./content";
import {
  click,
  connected,
  type Given,
  openMore,
  type State,
  say,
  seen,
  set,
  showFace,
  shows,
  talking,
  tell,
} from "./steps";

async function startPressed(given: Given): Promise<Page> {
  const page = await connected(given, {}, (kernel) => {
    kernel.obliging = false;
  });
  click(page, ".nt-start");
  await page.until("status", "connecting");
  return page;
}

async function preparing(given: Given, what: string, share: number | null): Promise<Page> {
  const page = await tell(await connected(given), "connecting");
  page.kernel.send({ type: "owner", owner: true, owned: true }, { type: "progress", what, share });
  return shows(page, '[role="progressbar"]');
}

async function pushToTalk(given: Given): Promise<Page> {
  const page = await seen(given);
  set(page, { push_to_talk: true });
  return shows(page, ".nt-talk");
}

async function recording(given: Given): Promise<Page> {
  const page = await seen(given);
  await openMore(page);
  click(page, ".nt-record-button");
  return shows(page, ".nt-consent");
}

async function kernelRecords(given: Given, state: "asked" | "on"): Promise<Page> {
  const page = await seen(given);
  page.kernel.send({ type: "recording", state, started_at: 1_760_000_000 });
  return shows(page, state === "asked" ? ".nt-consent" : ".nt-recording");
}

async function away(given: Given, owned: boolean): Promise<Page> {
  const page = await tell(await connected(given), "listening");
  page.kernel.send({ type: "owner", owner: false, owned });
  await say(page, turn(0, "user", given.content.question), turn(1, "avatar", given.content.answer));
  return shows(page, ".nt-take-over");
}

export const CONVERSATION: Record<string, State> = {
  "before the start": (given) => connected(given),

  "Start pressed": startPressed,

  "service starting": (given) => preparing(given, "Starting the local service", null),

  "model downloading, with a hint": async (given) => {
    const page = await preparing(given, "Downloading the Whisper model base", 0.4);
    page.kernel.send({ type: "hint", text: given.content.hint });
    return shows(page, ".nt-notice");
  },

  listening: (given) => seen(given),

  "listening, nothing said yet": async (given) => {
    const page = await talking(given);
    await showFace(page, given);
    return page;
  },

  "hearing the person": async (given) => {
    const page = await seen(given);
    return say(page, turn(3, "user", given.content.hearing, { final: false }));
  },

  thinking: async (given) => tell(await seen(given), "thinking"),

  speaking: async (given) => tell(await seen(given), "speaking"),

  "speaking, captions off": async (given) => {
    const page = await tell(await seen(given, { captions: false }), "speaking");
    await page.see(() => expect(page.has(".nt-captions")).toBe(false));
    return page;
  },

  "speaking, before the face comes": async (given) => {
    const page = await tell(await talking(given), "speaking");
    return say(page, turn(0, "avatar", given.content.answer, { final: false }));
  },

  "interrupted turn": async (given) => {
    const page = await seen(given);
    return say(page, turn(3, "avatar", given.content.cut.text, { ...given.content.cut, interrupted: true }));
  },

  muted: async (given) => {
    const page = await seen(given);
    click(page, ".nt-mute-button");
    await page.until("muted", "true");
    return page;
  },

  "push-to-talk": pushToTalk,

  "push-to-talk, held": async (given) => {
    const page = await pushToTalk(given);
    click(page, ".nt-talk");
    return shows(page, '.nt-talk[aria-pressed="true"]');
  },

  settings: async (given) => {
    const page = await seen(given);
    const { instructions } = given.content;
    set(page, {
      voice: "cedar",
      voices: ["cedar", "marin"],
      instructions,
      turn_detection: { type: "server_vad" },
    });
    click(page, ".nt-settings-button");
    return shows(page, ".nt-settings .nt-area");
  },

  "settings, not fetched yet": async (given) => {
    const page = await connected(given, {}, (kernel) => {
      kernel.givesExtras = false;
    });
    click(page, ".nt-settings-button");
    return shows(page, ".nt-settings .nt-aside");
  },

  details: async (given) => {
    const page = await seen(given);
    page.kernel.send({ type: "ping", sent_ms: 1, round_trip_ms: 3 });
    for (const [index, heard_ms] of [690, 540, 1_250, null].entries()) {
      const turn_id = `turn ${index}`;
      page.kernel.send({
        type: "latency",
        turn_id,
        recognized_ms: 210 + index,
        words_ms: 340,
        audio_ms: 480,
        heard_ms,
      });
    }
    click(page, ".nt-details-button");
    return shows(page, ".nt-answers");
  },

  "more menu": async (given) => {
    const page = await seen(given);
    await openMore(page);
    return page;
  },

  "full screen": async (given) => {
    const page = await tell(await seen(given), "speaking");
    await openMore(page);
    await userEvent.click(page.find(".nt-full-screen-button"));
    await page.see(() => expect(document.fullscreenElement).toBe(page.root));
    return page;
  },

  "record, consent": recording,

  "record, running": async (given) => {
    const page = await recording(given);
    click(page, ".nt-consent .nt-primary");
    return shows(page, ".nt-recording");
  },

  "kernel records, consent": (given) => kernelRecords(given, "asked"),

  "kernel records, running": (given) => kernelRecords(given, "on"),

  "picture taken": async (given) => {
    const page = await seen(given);
    await openMore(page);
    // So that the words stay.
    const later = window.setTimeout;
    const stay = (work: TimerHandler, wait?: number) => (wait === SHOWN_MS ? 0 : later(work, wait));
    vi.spyOn(window, "setTimeout").mockImplementation(stay as typeof setTimeout);
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
    click(page, ".nt-snapshot-button");
    return shows(page, ".nt-toast:not(:empty)");
  },

  "runs in another window": (given) => away(given, true),

  "runs, in no window": (given) => away(given, false),

  reconnecting: async (given) => {
    const page = await seen(given);
    const retry = { attempt: 2, attempts: 8, at: Date.now() / 1000 + 600 };
    page.kernel.send(
      { type: "state", status: "reconnecting", error: LOST, retry },
      { type: "close_peer", peer: 1 },
    );
    return shows(page, '[data-video="held"]', ".nt-retrying");
  },

  "picture stands still": async (given) => {
    const page = await talking(given);
    const service = await page.call(1, given.draw && { draw: given.draw });
    await shows(page, '[data-video="shown"]');
    await tell(page, "speaking");
    for (const sender of service.connection.getSenders()) {
      if (sender.track?.kind === "video") await sender.replaceTrack(null);
    }
    await page.kernel.got("media_state", ({ state }) => state === "frozen");
    return page;
  },

  "broken off": async (given) => tell(await seen(given), "failed", LOST),

  ended: async (given) => {
    const page = await seen(given);
    click(page, ".nt-stop-button");
    await page.until("status", "closed");
    return page;
  },
};
