/** What went wrong, in the widget's words. */

import { onTestFinished, vi } from "vitest";
import type { KernelError } from "../../src/messages";
import { en } from "../../src/strings/en";
import { zh } from "../../src/strings/zh";
import { Page } from "../support/page";
import { exchange, LOST } from "./content";
import {
  click,
  connected,
  type Given,
  own,
  type State,
  seen,
  set,
  showFace,
  shows,
  talking,
  tell,
} from "./steps";

/** Start, where the browser gives no microphone. */
async function withoutMicrophone(given: Given, fault: string): Promise<Page> {
  const page = await connected(given);
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValue(new DOMException("no", fault));
  click(page, ".nt-start");
  await page.until("owner", "true");
  await showFace(page, given);
  return shows(page, ".nt-notice .nt-retry");
}

async function missing(given: Given, values: Record<string, unknown>): Promise<Page> {
  const page = await seen(given);
  set(page, values);
  return shows(page, ".nt-notice");
}

async function blocked(given: Given, path: "gateway" | "voice-only"): Promise<Page> {
  const page = await tell(await talking(given), "speaking");
  page.kernel.send({ type: "media_path", path, why: path === "gateway" ? "relayed" : "not_relayed" });
  page.kernel.send({ type: "turns", reset: true, turns: exchange(given.content) });
  await page.until("mediaPath", path);
  return path === "gateway" ? page : shows(page, '[data-code="webrtc_failed"]', ".nt-voice-only");
}

/** A notebook with a conversation in it, opened where nothing answers. */
async function saved(given: Given, kernel: unknown, link: string): Promise<Page> {
  const traits = { transcript_tail: exchange(given.content), ...own(given.content) };
  const page = await Page.open(traits, (scripted) => {
    scripted.answers = false;
    scripted.model.widget_manager = { kernel };
  });
  await page.until("link", link);
  return page;
}

async function unreached(given: Given, kernel: unknown, link: string): Promise<Page> {
  const page = await seen(given);
  page.kernel.answers = false;
  page.kernel.model.widget_manager = { kernel };
  page.kernel.cutSocket();
  await page.until("link", link);
  return page;
}

async function byComm(given: Given): Promise<Page> {
  const page = await talking(given, {}, (kernel) => {
    kernel.listens = false;
    kernel.comm.serve();
  });
  return shows(page, ".nt-way-note:not([hidden])");
}

/** Where the page around the widget is VS Code's. */
async function inVsCode(given: Given, note: "vscode" | "colab"): Promise<Page> {
  document.body.dataset.vscodeThemeKind = "vscode-light";
  onTestFinished(() => {
    delete document.body.dataset.vscodeThemeKind;
  });
  const words = given.content.locale === "zh" ? zh : en;
  // What a page of Colab is shows in its address, which no test can change: its words, then, in the same place.
  const host = { ...words.host, vscode: words.host[note] };
  const page = await connected(given, { words: { ...words, host } });
  if (note === "vscode") page.kernel.send({ type: "link", url: "http://127.0.0.1:41001/pl4c3/#0nc3" });
  return shows(page, note === "vscode" ? ".nt-host .nt-open" : ".nt-host");
}

async function heldBack(given: Given): Promise<Page> {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const page = await talking(given);
  await page.see(() => {
    if (page.kernel.audio.length === 0) throw new Error("nothing was heard");
  });
  await Promise.all(page.resources.contexts.map((context) => context.suspend()));
  await page.see(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    if (page.root.dataset.microphone !== "microphone_silent") throw new Error("not noticed yet");
  });
  return page;
}

const REFUSED: KernelError = {
  code: "license_refused",
  message: "The service refused the licence: Invalid license key.",
  hint: "Pass another key as license=, or set NAVTALK_LICENSE; without one the embedded service is used.",
};

export const TROUBLE: Record<string, State> = {
  "microphone refused": (given) => withoutMicrophone(given, "NotAllowedError"),
  "no microphone": (given) => withoutMicrophone(given, "NotFoundError"),
  "microphone lost": (given) => withoutMicrophone(given, "NotReadableError"),
  "microphone held back": heldBack,

  "microphone replaced": (given) => missing(given, { microphone: "Headset" }),
  "speaker replaced": (given) => missing(given, { speaker: "Loudspeaker" }),
  "stream without sound": (given) => missing(given, { microphone: "IPY_MODEL_1" }),

  "page not secure": async (given) => {
    vi.stubGlobal("isSecureContext", false);
    return shows(await connected(given), '[data-code="insecure_context"]');
  },

  "no work with sound": async (given) => {
    const page = await connected(given);
    vi.spyOn(AudioWorklet.prototype, "addModule").mockRejectedValue(new DOMException("no", "AbortError"));
    click(page, ".nt-start");
    return shows(page, '[data-code="worklet_failed"]');
  },

  "sound waits for a click": async (given) => {
    const page = await talking(given);
    const play = vi.spyOn(HTMLMediaElement.prototype, "play");
    play.mockRejectedValueOnce(new DOMException("play() failed", "NotAllowedError"));
    await showFace(page, given);
    return shows(page, ".nt-play-sound");
  },

  "WebRTC blocked, over the gateway": (given) => blocked(given, "gateway"),
  "WebRTC blocked, voice only": (given) => blocked(given, "voice-only"),

  "licence refused": async (given) =>
    tell(await tell(await connected(given), "connecting"), "failed", REFUSED),

  "several at once": async (given) => {
    const page = await withoutMicrophone(given, "NotAllowedError");
    page.kernel.send({ type: "media_path", path: "voice-only", why: "not_relayed" });
    page.kernel.send({ type: "error", error: LOST }, { type: "hint", text: given.content.hint });
    return shows(page, '[data-code="hint"]', `[data-code="${LOST.code}"]`);
  },

  "kernel busy": (given) => saved(given, { status: "busy" }, "waiting"),
  "saved conversation": (given) => saved(given, null, "absent"),
  "kernel restarted": (given) => unreached(given, { status: "idle" }, "restarted"),
  "kernel out of reach": (given) => unreached(given, { status: "busy" }, "lost"),

  "own page, its link used": async (given) => {
    document.body.classList.add("nt-page");
    onTestFinished(() => document.body.classList.remove("nt-page"));
    return saved(given, null, "absent");
  },

  "by notebook messages": byComm,

  "by notebook messages, a cell runs": async (given) => {
    const page = await byComm(given);
    page.kernel.comm.pause();
    return shows(page, '.nt-way-note[data-paused="true"]');
  },

  "VS Code": (given) => inVsCode(given, "vscode"),
  Colab: (given) => inVsCode(given, "colab"),

  "no microphone for widgets": async (given) => {
    const { featurePolicy } = document as unknown as {
      featurePolicy: { allowsFeature(name: string): boolean };
    };
    vi.spyOn(featurePolicy, "allowsFeature").mockReturnValue(false);
    return shows(await connected(given), ".nt-host");
  },
};
