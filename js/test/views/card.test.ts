import { describe, expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { Status, ToolCall, Turn } from "../../src/messages";
import { en } from "../../src/strings/en";
import { zh } from "../../src/strings/zh";
import { Page } from "../support/page";

function turn(id: string, role: Turn["role"], text: string, more: Partial<Turn> = {}): Turn {
  return { id, role, text, unheard: "", started_at: 1_760_000_000, final: true, interrupted: false, ...more };
}

const call: ToolCall = {
  call_id: "c1",
  name: "weather",
  arguments: { city: "Paris" },
  state: "running",
  result: null,
  started_at: 1_760_000_001,
  progress: null,
  message: "",
};

describe("before the conversation", () => {
  test("the character, the label and the service are named, and Start is there", async () => {
    const page = await Page.connected();
    expect(page.text(".nt-name")).toBe("Leo");
    expect(page.text(".nt-chip")).toBe("AI avatar");
    expect(page.text(".nt-service")).toContain("Local service");
    expect(page.button("Start").disabled).toBe(false);
    expect(page.has(".nt-stop-button")).toBe(false);
  });

  test("a kernel in the midst of a cell is waited for with words", async () => {
    const page = await Page.open({}, (kernel) => {
      kernel.answers = false;
    });
    expect(page.button("Start").disabled).toBe(true);
    await page.see(() => expect(page.text(".nt-invitation-hint")).toContain("a cell is running"));
    expect(page.text(".nt-status")).toBe("Not connected");
  });

  test("a saved notebook shows its conversation, and why Start does nothing", async () => {
    const page = await Page.open(
      { status: "closed", transcript_tail: [turn("a", "avatar", "Good bye")] },
      (kernel) => {
        kernel.answers = false;
        kernel.model.widget_manager = { kernel: null };
      },
    );
    expect(page.text(".nt-bubble")).toBe("Good bye");
    expect(page.button("Start again").disabled).toBe(true);
    expect(page.text(".nt-invitation-hint")).toContain("kernel is not running");
  });

  test("a long name in the label breaks, and does not widen the card", async () => {
    const page = await Page.connected({
      service_label: `Local service; your words go to ${"name_".repeat(40)}()`,
    });
    page.first.el.style.width = "280px";
    expect(page.find(".nt-service").scrollWidth).toBeLessThanOrEqual(280);
  });

  test("Chinese is spoken where it is asked for", async () => {
    const page = await Page.connected({ locale: "zh" });
    expect(page.root.lang).toBe("zh");
    expect(page.button("开始").disabled).toBe(false);
  });

  test("what the kernel says changes its language with the page", async () => {
    const page = await Page.connected();
    const error = {
      code: "service_limit",
      message: "All places of the service are taken.",
      hint: "Ask again.",
    };
    const hint = { type: "hint", text: "eSpeak NG speaks." } as const;
    page.kernel.send({ type: "error", error }, hint);
    const told = () =>
      [".nt-service", ".nt-notice-message", ".nt-notice-hint", '[data-code="hint"]'].map((part) =>
        page.text(part),
      );
    const english = [
      "Local service: no account, nothing leaves this machine",
      error.message,
      error.hint,
      hint.text,
    ];
    await page.see(() => expect(told()).toEqual(english));
    page.kernel.model.set("words", zh);
    await page.see(() =>
      expect(told()).toEqual([
        "本地服务：无需账号，数据不会离开本机",
        "服务的名额已满。",
        "请再问一次。",
        "已改用 eSpeak NG 合成语音。",
      ]),
    );
    page.kernel.model.set("words", en);
    await page.see(() => expect(told()).toEqual(english));
  });
});

test("JupyterLab's rule for buttons does not square ours", async () => {
  const host = document.head.appendChild(document.createElement("style"));
  host.textContent = ".jp-ThemedContainer button { border-radius: 2px }";
  onTestFinished(() => host.remove());
  const page = await Page.connected();
  page.first.el.className = "jp-ThemedContainer";
  expect(getComputedStyle(page.button("Start")).borderRadius).toBe("999px");
});

describe("by keyboard", () => {
  test("Start is pressed, and the way goes on at what is nearest", async () => {
    const page = await Page.connected();
    page.button("Start").focus();
    await userEvent.keyboard("{Enter}");
    await page.kernel.got("start");
    await page.see(() => expect(document.activeElement).toBe(page.button("Mute microphone")));
  });

  test("who has gone elsewhere before Start vanishes is not drawn back", async () => {
    const page = await Page.connected();
    const cell = document.body.appendChild(document.createElement("textarea"));
    onTestFinished(() => cell.remove());
    page.button("Start").focus();
    await userEvent.keyboard("{Enter}");
    cell.focus();
    await page.see(() => page.button("Stop"));
    expect(document.activeElement).toBe(cell);
  });

  test("who clicks on Start does not press something else with the next key", async () => {
    const page = await Page.connected();
    await userEvent.click(page.button("Start"));
    await page.see(() => expect(document.activeElement).toBe(page.root));
  });

  test("a key that is held for long presses once", async () => {
    const page = await Page.connected();
    page.button("Start").focus();
    await userEvent.keyboard("{Enter>8/}");
    await page.until("microphone", "on");
    expect(page.kernel.of("start").length).toBe(1);
    expect(page.root.dataset.muted).toBe("false");
  });

  test("who types while the conversation breaks off keeps the words and the place", async () => {
    const page = await Page.talking();
    page.find(".nt-input").focus();
    await userEvent.keyboard("as I was");
    page.kernel.send({ type: "state", status: "failed", error: null, retry: null });
    await page.until("status", "failed");
    await userEvent.keyboard(" saying{Enter}");
    expect(document.activeElement).toBe(page.find(".nt-input"));
    expect(page.find<HTMLInputElement>(".nt-input").value).toBe("as I was");
  });

  test("a message is typed and sent with Enter", async () => {
    const page = await Page.talking();
    page.find(".nt-input").focus();
    await userEvent.keyboard("What is the weather?{Enter}");
    expect((await page.kernel.got("send_text")).text).toBe("What is the weather?");
    await page.see(() => expect(page.find<HTMLInputElement>(".nt-input").value).toBe(""));
  });

  test("nothing but blanks is not sent", async () => {
    const page = await Page.talking();
    page.find(".nt-input").focus();
    await userEvent.keyboard("   {Enter}");
    page.button("Stop").click();
    await page.kernel.got("stop");
    expect(page.kernel.of("send_text")).toEqual([]);
  });

  test("mute, captions and volume are within reach", async () => {
    const page = await Page.talking();
    page.first.el.style.width = "1000px";
    await page.see(() => expect(page.has(".nt-slider")).toBe(true));
    page.button("Mute microphone").focus();
    await userEvent.keyboard(" ");
    await page.until("muted", "true");
    page.button("Captions").focus();
    await userEvent.keyboard(" ");
    await page.kernel.got("set_trait", ({ name, value }) => name === "captions" && value === false);
    page.find(".nt-slider").focus();
    await userEvent.keyboard("{ArrowLeft}");
    await page.kernel.got("set_trait", ({ name, value }) => name === "volume" && value === 0.95);
  });
});

describe("the state", () => {
  test.each([
    ["listening", "Listening", true],
    ["thinking", "Thinking…", false],
    ["speaking", "Speaking", false],
    ["reconnecting", "Reconnecting…", true],
  ] as const)("%s is told in words", async (status, words, interruptDisabled) => {
    const page = await Page.talking();
    page.kernel.send({ type: "state", status, error: null, retry: null });
    await page.until("status", status);
    expect(page.text('[role="status"]')).toBe(words);
    expect(page.resting("Interrupt the avatar")).toBe(interruptDisabled);
  });

  test("comes from the trait while there is no gateway", async () => {
    const page = await Page.open({ status: "closed" }, (kernel) => {
      kernel.answers = false;
    });
    expect(page.root.dataset.status).toBe("closed");
    page.kernel.model.set("status", "failed");
    await page.until("status", "failed");
  });

  test("that a conversation did not begin is told otherwise than that it broke off", async () => {
    const page = await Page.connected();
    const states = async (...statuses: Status[]) => {
      page.kernel.send(
        ...statuses.map((status) => ({ type: "state", status, error: null, retry: null }) as const),
      );
      await page.until("status", "failed");
      return page.text('[role="status"]');
    };
    expect(await states("connecting", "failed")).toBe("Could not begin");
    page.kernel.send({ type: "state", status: "connecting", error: null, retry: null });
    await page.until("status", "connecting");
    expect(await states("listening", "reconnecting", "failed", "failed")).toBe("The conversation broke off");
  });

  test("a link that is lost amid a conversation is told", async () => {
    const page = await Page.talking();
    page.kernel.answers = false;
    page.kernel.cutSocket();
    await page.see(() => expect(page.text('[role="status"]')).toContain("link to the kernel is lost"));
  });
});

describe("what takes time before the conversation", () => {
  const downloading = { type: "progress", what: "Downloading the Whisper model base", share: 0.42 } as const;

  test("is told in words, with a bar and a number, until it is over", async () => {
    const page = await Page.connected();
    page.kernel.send({ type: "state", status: "connecting", error: null, retry: null }, downloading);
    await page.see(() => expect(page.text(".nt-preparing")).toBe("Downloading the Whisper model base 42 %"));
    expect(page.text('.nt-preparing [aria-live="polite"]')).not.toContain("42");
    expect(page.find('[role="progressbar"]').getAttribute("aria-valuenow")).toBe("42");
    page.kernel.send({ type: "progress", what: "", share: null });
    await page.see(() => expect(page.has('[role="progressbar"]')).toBe(false));
    expect(page.find(".nt-preparing").hidden).toBe(true);
  });

  test("has no number where nobody knows one, and is told in the person's language", async () => {
    const page = await Page.connected({ locale: "zh" });
    page.kernel.send({ type: "progress", what: "Loading the Whisper model base", share: null });
    await page.see(() => expect(page.text(".nt-preparing")).toBe("正在加载 Whisper 模型 base"));
    expect(page.find('[role="progressbar"]').hasAttribute("aria-valuenow")).toBe(false);
  });
});

test("a hint is shown once, and outlives Start", async () => {
  const page = await Page.connected();
  const hint = { type: "hint", text: "PocketSphinx listens, which knows English alone." } as const;
  page.kernel.send(hint);
  await page.see(() => expect(page.text('[data-code="hint"]')).toBe(hint.text));
  page.button("Start").click();
  await page.until("status", "listening");
  expect(page.has('[data-code="hint"]')).toBe(true);
  page.button("Dismiss").click();
  await page.see(() => expect(page.has('[data-code="hint"]')).toBe(false));
  page.kernel.send(hint, { type: "state", status: "thinking", error: null, retry: null });
  await page.until("status", "thinking");
  expect(page.has('[data-code="hint"]')).toBe(false);
});

describe("errors", () => {
  const error = { code: "bad", message: "<img src=x onerror=alert(1)>", hint: "Do <b>this</b>." };

  test("are shown as text with their hint, and go when dismissed", async () => {
    const page = await Page.connected();
    page.kernel.send({ type: "error", error });
    await page.see(() => expect(page.text(".nt-notice-message")).toBe(error.message));
    expect(page.text(".nt-notice-hint")).toBe("Do <b>this</b>.");
    expect(page.has(".nt-notice img, .nt-notice b")).toBe(false);
    page.button("Dismiss").click();
    await page.see(() => expect(page.has(".nt-notice")).toBe(false));
  });

  test("that belong to the state stay dismissed until there is another", async () => {
    const page = await Page.connected();
    page.kernel.send({ type: "state", status: "failed", error, retry: null });
    await page.see(() => expect(page.has(".nt-notice")).toBe(true));
    page.button("Dismiss").click();
    await page.see(() => expect(page.has(".nt-notice")).toBe(false));
    page.kernel.send({
      type: "state",
      status: "failed",
      error: { ...error, message: "Another." },
      retry: null,
    });
    await page.see(() => expect(page.text(".nt-notice-message")).toBe("Another."));
  });
});

describe("the transcript", () => {
  test("stays at its end when the notebook is made narrower", async () => {
    const page = await Page.talking();
    const long = Array.from({ length: 12 }, (_, index) =>
      turn(String(index), "avatar", "So many words. ".repeat(12), { started_at: index }),
    );
    page.kernel.send({ type: "turns", reset: true, turns: long });
    const list = page.find(".nt-scroll");
    const toGo = () => list.scrollHeight - list.clientHeight - list.scrollTop;
    await page.see(() => expect([list.children.length, toGo() < 2]).toEqual([12, true]));
    page.first.el.style.width = "300px";
    await page.see(() => expect(toGo()).toBeLessThan(2));
  });

  test("shows who said what, as text, in the order of beginning", async () => {
    const page = await Page.talking();
    page.kernel.send({
      type: "turns",
      reset: false,
      turns: [
        turn("b", "avatar", "<script>alert(1)</script>", { started_at: 1_760_000_002 }),
        turn("a", "user", "Hello", { started_at: 1_760_000_001 }),
      ],
    });
    await page.see(() => expect(page.first.el.querySelectorAll(".nt-turn").length).toBe(2));
    const said = [...page.first.el.querySelectorAll(".nt-turn")].map((el) => [
      el.querySelector(".nt-role")?.textContent,
      el.querySelector(".nt-bubble")?.textContent,
    ]);
    expect(said).toEqual([
      ["You", "Hello"],
      ["Leo", "<script>alert(1)</script>"],
    ]);
  });

  test("a turn grows in place and may be marked as interrupted", async () => {
    const page = await Page.talking();
    page.kernel.send({
      type: "turns",
      reset: false,
      turns: [turn("a", "avatar", "Let me", { final: false })],
    });
    await page.see(() => expect(page.text(".nt-bubble")).toBe("Let me"));
    page.kernel.send({
      type: "turns",
      reset: false,
      turns: [turn("a", "avatar", "Let me tell", { interrupted: true, unheard: " tell" })],
    });
    await page.see(() => expect(page.text(".nt-mark")).toBe("interrupted"));
    expect(page.text(".nt-bubble")).toBe("Let me tell");
    expect(page.text(".nt-unheard")).toBe(" tell");
    expect(page.first.el.querySelectorAll(".nt-turn").length).toBe(1);
  });

  test("a reset forgets the turns before it", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "turns", reset: false, turns: [turn("a", "user", "old")] });
    await page.see(() => expect(page.text(".nt-bubble")).toBe("old"));
    page.kernel.send({ type: "turns", reset: true, turns: [turn("b", "user", "new")] });
    await page.see(() => expect(page.text(".nt-bubble")).toBe("new"));
  });

  test("a tool call is shown from running to done", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "tool_call", ...call });
    await page.see(() => expect(page.text(".nt-tool-call")).toBe('weather(city="Paris")'));
    expect(page.text(".nt-tool-state")).toBe("running");
    page.kernel.send({ type: "tool_call", ...call, state: "done", result: "18 degrees" });
    await page.see(() => expect(page.text(".nt-tool-result")).toBe("18 degrees"));
    page.kernel.send({ type: "tool_call", ...call, call_id: "c2", state: "failed", result: "x".repeat(500) });
    await page.see(() => expect(page.has('[data-state="failed"] details')).toBe(true));
  });

  test("stays at the end unless the reader scrolled up, and leads back", async () => {
    const page = await Page.talking();
    const scroll = page.find(".nt-scroll");
    const fill = (from: number) =>
      page.kernel.send({
        type: "turns",
        reset: false,
        turns: Array.from({ length: 40 }, (_, index) =>
          turn(`t${from + index}`, "user", `Line ${from + index}`, { started_at: from + index }),
        ),
      });
    const distance = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
    fill(0);
    await page.see(() => expect(page.has('[data-turn="t39"]')).toBe(true));
    expect(scroll.scrollHeight).toBeGreaterThan(scroll.clientHeight + 200);
    expect(distance()).toBeLessThan(2);
    scroll.scrollTop = 0;
    await page.see(() => expect(page.button("Latest")).toBeDefined());
    fill(40);
    await page.see(() => expect(page.has('[data-turn="t79"]')).toBe(true));
    expect(scroll.scrollTop).toBe(0);
    page.button("Latest").click();
    await page.see(() => expect(distance()).toBeLessThan(2));
  });

  test("keeps the newest 300 and says where the others are", async () => {
    const page = await Page.connected();
    page.kernel.send({
      type: "turns",
      reset: true,
      turns: Array.from({ length: 350 }, (_, index) => turn(`t${index}`, "user", "x", { started_at: index })),
    });
    await page.see(() => expect(page.first.el.querySelectorAll(".nt-turn").length).toBe(300));
    expect(page.has('[data-turn="t0"]')).toBe(false);
    expect(page.text(".nt-aside")).toContain("avatar.transcript");
  });
});

describe("captions", () => {
  const exchange = [
    turn("a", "user", "When does it open?", { started_at: 1 }),
    turn("b", "avatar", "At ten.", { started_at: 2 }),
  ];

  test("show both sides and are announced when a turn is whole", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "turns", reset: false, turns: exchange });
    await page.see(() => expect(page.text(".nt-caption-avatar")).toBe("At ten."));
    expect(page.text(".nt-caption-user")).toBe("When does it open?");
    await page.see(() => expect(page.text(".nt-stage > p.nt-unseen")).toBe("Leo: At ten."));
  });

  test("end where the avatar was cut off", async () => {
    const page = await Page.talking();
    const cut = turn("b", "avatar", "At ten, and then", { unheard: " and then", interrupted: true });
    page.kernel.send({ type: "turns", reset: false, turns: [cut] });
    await page.see(() => expect(page.text(".nt-caption-avatar")).toBe("At ten,"));
  });

  test("can be switched off", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "turns", reset: false, turns: exchange });
    await page.see(() => expect(page.has(".nt-captions")).toBe(true));
    page.button("Captions").click();
    await page.see(() => expect(page.has(".nt-captions")).toBe(false));
    await page.kernel.got("set_trait", ({ name, value }) => name === "captions" && value === false);
  });
});

test("sound that the browser holds back is unlocked with one button", async () => {
  const page = await Page.talking();
  const play = vi.spyOn(HTMLMediaElement.prototype, "play");
  play.mockRejectedValueOnce(new DOMException("play() failed", "NotAllowedError"));
  await page.call();
  await page.kernel.got("page_error", ({ code }) => code === "autoplay_blocked");
  await page.see(() => expect(page.find<HTMLVideoElement>("video").muted).toBe(true));
  page.button("Play sound").click();
  await page.see(() => expect(page.find<HTMLVideoElement>("video").muted).toBe(false));
  expect(page.has(".nt-play-sound")).toBe(false);
});
