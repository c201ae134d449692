import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { type KernelError, type Status, TOOL_STATES } from "../../src/messages";
import type { Traits } from "../../src/model";
import { Page } from "../support/page";
import type { ScriptedKernel } from "../support/scripted_kernel";

const said = [
  { id: "a", role: "user", text: "Hello", unheard: "", started_at: 1, final: true, interrupted: false },
  {
    id: "b",
    role: "avatar",
    text: "Good day",
    unheard: " day",
    started_at: 2,
    final: false,
    interrupted: true,
  },
] as const;

const broken: KernelError = { code: "x", message: "The service closed the connection.", hint: "Try again." };

const LOOKS = [
  { light: "true", background: "#fff", width: "" },
  { light: "false", background: "#191c1f", width: "280px" },
];

function look({ light, background, width }: (typeof LOOKS)[number], page: Page): void {
  document.body.dataset.jpThemeLight = light;
  document.body.style.background = background;
  page.first.el.style.width = width;
}

afterEach(() => {
  delete document.body.dataset.jpThemeLight;
  document.body.style.background = "";
});

async function violations(page: Page): Promise<string[]> {
  // Measured without the fades in between, which have no colour of their own.
  await Promise.allSettled(
    page.first.el.getAnimations({ subtree: true }).map((animation) => {
      if (animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY) return undefined;
      return animation.finished;
    }),
  );
  const { violations: found } = await axe.run(page.first.el, { resultTypes: ["violations"] });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Nothing stands in anyone's way: light and wide, dark and narrow. */
async function inNobodysWay(page: Page): Promise<void> {
  for (const each of LOOKS) {
    look(each, page);
    expect(await violations(page)).toEqual([]);
  }
}

function tell(page: Page, status: Status, error: KernelError | null = null): void {
  page.kernel.send({ type: "state", status, error, retry: null });
}

async function shows(page: Page, ...selectors: string[]): Promise<void> {
  await page.see(() => {
    for (const selector of selectors) expect(page.has(selector), selector).toBe(true);
  });
}

async function seen(): Promise<Page> {
  const page = await Page.talking();
  await page.call();
  await shows(page, '[data-video="shown"]');
  return page;
}

test("nothing stands in anyone's way before the start", async () => {
  await inNobodysWay(await Page.connected());
});

test("nor while Start is answered", async () => {
  const page = await Page.connected({}, (kernel) => {
    kernel.obliging = false;
  });
  page.button("Start").click();
  await page.until("status", "connecting");
  await inNobodysWay(page);
});

test("nor while a model is downloaded and a hint is given", async () => {
  const page = await Page.connected();
  tell(page, "connecting");
  page.kernel.send(
    { type: "progress", what: "Downloading the Whisper model base", share: 0.4 },
    { type: "hint", text: "PocketSphinx listens meanwhile." },
  );
  await shows(page, '[role="progressbar"]', ".nt-notice");
  await inNobodysWay(page);
});

test.each(["listening", "thinking", "speaking"] as const)("nor while the avatar is %s", async (status) => {
  const page = await seen();
  page.kernel.send({ type: "turns", reset: true, turns: [...said] });
  tell(page, status);
  await page.until("status", status);
  await shows(page, ".nt-turn", ".nt-caption");
  await inNobodysWay(page);
});

test("nor while tools ask, work and have ended", async () => {
  const page = await Page.talking();
  for (const [index, state] of TOOL_STATES.entries()) {
    page.kernel.send({
      type: "tool_call",
      call_id: state,
      name: "delete_file",
      arguments: { path: "notes.md", lines: "one\n".repeat(40) },
      state,
      result: state === "failed" ? "delete_file failed: OSError" : null,
      started_at: index,
      progress: state === "running" ? 0.4 : null,
      message: state === "running" ? "reading…" : "",
    });
  }
  await shows(page, '[data-tool="denied"]');
  for (const details of page.first.el.querySelectorAll("details")) details.open = true;
  await inNobodysWay(page);
});

test("nor while the connection is lost", async () => {
  const page = await seen();
  const retry = { attempt: 2, attempts: 8, at: Date.now() / 1000 + 100 };
  page.kernel.send(
    { type: "state", status: "reconnecting", error: broken, retry },
    { type: "close_peer", peer: 1 },
  );
  await shows(page, '[data-video="held"]', ".nt-retrying");
  await inNobodysWay(page);
});

test("nor after a failure", async () => {
  const page = await Page.connected();
  tell(page, "failed", broken);
  await shows(page, ".nt-notice");
  await inNobodysWay(page);
});

test("nor in settings and details", async () => {
  const page = await Page.talking();
  const values = {
    voice: "cedar",
    voices: ["cedar"],
    instructions: "",
    turn_detection: null,
    microphone: "x",
  };
  page.kernel.send({ type: "traits", values, written: null });
  page.kernel.send({
    type: "latency",
    turn_id: "a",
    recognized_ms: 300,
    words_ms: 400,
    audio_ms: 500,
    heard_ms: null,
  });
  page.find(".nt-details-button").click();
  page.button("Settings").click();
  await shows(page, ".nt-settings .nt-area", ".nt-answers");
  await inNobodysWay(page);
});

test("nor at what opens over the picture", async () => {
  const page = await seen();
  page.button("More").click();
  await shows(page, ".nt-more");
  await inNobodysWay(page);
  page.button("Record").click();
  await shows(page, ".nt-consent");
  await inNobodysWay(page);
  page.button("Agree and record").click();
  await shows(page, ".nt-recording");
  await inNobodysWay(page);
});

test("nor where one holds a button to talk", async () => {
  const page = await Page.talking();
  page.kernel.send({ type: "traits", values: { push_to_talk: true }, written: null });
  await shows(page, ".nt-talk");
  await inNobodysWay(page);
  page.find(".nt-talk").click();
  await page.see(() => expect(page.text(".nt-talk")).toBe("Let go to send"));
  await inNobodysWay(page);
});

test("nor where the microphone is refused, and the video does not get through", async () => {
  const page = await Page.connected();
  const refused = new DOMException("no", "NotAllowedError");
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValueOnce(refused);
  page.button("Start").click();
  await page.until("microphone", "microphone_denied");
  await page.until("owner", "true");
  page.kernel.send({ type: "media_path", path: "voice-only", why: "not_relayed" });
  tell(page, "speaking");
  await shows(page, '[data-code="webrtc_failed"]', ".nt-retry", ".nt-voice-only");
  await inNobodysWay(page);
});

test("nor where the page is not secure", async () => {
  vi.stubGlobal("isSecureContext", false);
  const page = await Page.connected();
  await shows(page, '[data-code="insecure_context"]');
  await inNobodysWay(page);
});

test("nor where the sound waits for a click", async () => {
  const page = await Page.talking();
  const play = vi.spyOn(HTMLMediaElement.prototype, "play");
  play.mockRejectedValueOnce(new DOMException("play() failed", "NotAllowedError"));
  await page.call();
  await shows(page, ".nt-play-sound");
  await inNobodysWay(page);
});

test("nor in VS Code", async () => {
  document.body.dataset.vscodeThemeKind = "vscode-light";
  try {
    const page = await Page.connected();
    page.kernel.send({ type: "link", url: "http://127.0.0.1:41001/pl4c3/#0nc3" });
    await shows(page, ".nt-host .nt-open");
    expect(await violations(page)).toEqual([]);
  } finally {
    delete document.body.dataset.vscodeThemeKind;
  }
});

test("nor while the conversation runs elsewhere", async () => {
  const page = await Page.connected();
  page.kernel.send({ type: "owner", owner: false, owned: true });
  tell(page, "listening");
  await shows(page, ".nt-take-over");
  await inNobodysWay(page);
});

test("nor where everything goes as notebook messages", async () => {
  const page = await Page.talking({}, (kernel) => {
    kernel.listens = false;
    kernel.comm.serve();
  });
  page.kernel.comm.pause();
  await shows(page, '.nt-way-note[data-paused="true"]');
  await inNobodysWay(page);
});

const without = (kernel: unknown) => (scripted: ScriptedKernel) => {
  scripted.answers = false;
  scripted.model.widget_manager = { kernel };
};

test.each([
  ["absent", null],
  ["waiting", { status: "busy" }],
])("nor where the kernel is %s", async (link, kernel) => {
  const saved: Partial<Traits> = { transcript_tail: [...said] };
  const page = await Page.open(saved, without(kernel));
  await page.until("link", link);
  expect(page.text(".nt-status")).toBe("Not connected");
  await inNobodysWay(page);
});
