import { describe, expect, test, vi } from "vitest";
import { savedFiles } from "./support/downloads";
import { Page } from "./support/page";
import { leftovers } from "./support/resources";

const voice = (seconds = 1) => new Int16Array(24_000 * seconds).fill(2_000);

function video(page: Page): HTMLVideoElement {
  return page.find<HTMLVideoElement>("video");
}

describe("Start", () => {
  test("no microphone and no sound before it", async () => {
    const page = await Page.connected();
    expect(page.resources.microphoneTracks).toEqual([]);
    expect(page.resources.contexts).toEqual([]);
  });

  test("asks the kernel, opens the microphone and sends it", async () => {
    const page = await Page.talking();
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(10));
    const [first, second] = page.kernel.audio;
    expect(first?.byteLength).toBe(976);
    expect(first?.getUint32(0, true)).toBe(1);
    expect((second?.getUint32(4, true) ?? 0) - (first?.getUint32(4, true) ?? 0)).toBe(1);
    expect(Math.abs((first?.getFloat64(8, true) ?? 0) - Date.now())).toBeLessThan(30_000);
  });

  test("shows that it connects before the kernel has said anything", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.until("status", "connecting");
    await page.kernel.got("start");
    expect(page.kernel.audio).toEqual([]);
  });

  test("waits as long as the kernel takes: a first start downloads models", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    page.button("Start").click();
    await page.kernel.got("start");
    page.kernel.send(
      { type: "state", status: "connecting", error: null, retry: null },
      { type: "progress", what: "Downloading a voice", share: 0.1 },
    );
    await page.until("microphone", "on");
    // The state came before it.
    await page.see(() => expect(page.text(".nt-preparing")).toContain("Downloading a voice"));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(page.root.dataset.microphone).toBe("on");
    page.kernel.send(
      { type: "state", status: "listening", error: null, retry: null },
      { type: "owner", owner: true, owned: true },
    );
    await page.until("status", "listening");
    expect(page.root.dataset.microphone).toBe("on");
  });

  test("that nobody answers lets the microphone go", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    page.button("Start").click();
    await page.until("microphone", "on");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.root.dataset.microphone).toBe("off");
  });

  test("that is answered after all opens the microphone again", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    page.button("Start").click();
    await page.until("microphone", "on");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.root.dataset.microphone).toBe("off");
    vi.useRealTimers();
    page.kernel.send(
      { type: "state", status: "listening", error: null, retry: null },
      { type: "owner", owner: true, owned: true },
    );
    await page.until("microphone", "on");
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(0));
  });

  test("that is answered after Stop leaves the microphone alone", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.kernel.got("start");
    await page.see(() => page.button("Stop").click());
    await page.kernel.got("stop");
    page.kernel.send(
      { type: "state", status: "listening", error: null, retry: null },
      { type: "owner", owner: true, owned: true },
    );
    await page.until("owner", "true");
    await page.until("status", "listening");
    expect(page.root.dataset.microphone).toBe("off");
  });

  test("again before Stop was answered is not ended by that answer", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.see(() => page.button("Stop").click());
    await page.see(() => page.button("Start").click());
    await page.see(() => expect(page.kernel.of("start").length).toBe(2));
    page.kernel.send(
      { type: "state", status: "connecting", error: null, retry: null },
      { type: "state", status: "closed", error: null, retry: null },
      { type: "state", status: "connecting", error: null, retry: null },
      { type: "state", status: "listening", error: null, retry: null },
      { type: "owner", owner: true, owned: true },
    );
    await page.until("owner", "true");
    await page.until("microphone", "on");
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(0));
  });

  test("is asked for again where the gateway was lost before it answered", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.kernel.got("start");
    page.kernel.obliging = true;
    page.kernel.cutSocket();
    await page.see(() => expect(page.kernel.of("start").length).toBe(2));
    await page.until("owner", "true");
    await page.until("status", "listening");
    expect(page.root.dataset.microphone).toBe("on");
  });

  test("that is refused lets the microphone go and shows why", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.until("microphone", "on");
    page.kernel.send({ type: "error", error: { code: "no", message: "Not now.", hint: "Try later." } });
    await page.until("microphone", "off");
    expect(page.text('.nt-notice[data-code="no"]')).toContain("Try later.");
    await page.until("status", "idle");
  });

  test("that fails lets everything go", async () => {
    const page = await Page.connected();
    page.kernel.obliging = false;
    page.button("Start").click();
    await page.until("microphone", "on");
    const error = {
      code: "service_unreachable",
      message: "The service does not answer.",
      hint: "Try again.",
    };
    page.kernel.send(
      { type: "state", status: "connecting", error: null, retry: null },
      { type: "state", status: "failed", error, retry: null },
    );
    await page.until("status", "failed");
    await page.until("microphone", "off");
    expect(page.text(".nt-notices")).toContain("The service does not answer.");
  });
});

describe("the microphone's light goes out", () => {
  const lightIsOut = (page: Page) =>
    page.see(() =>
      expect(page.resources.microphoneTracks.map((track) => track.readyState)).toEqual(["ended"]),
    );

  test("on Stop", async () => {
    const page = await Page.talking();
    page.button("Stop").click();
    await lightIsOut(page);
    await page.kernel.got("stop");
    await page.until("status", "closed");
  });

  test("when another page takes over", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "owner", owner: false, owned: true });
    await lightIsOut(page);
    await page.until("owner", "false");
    expect(page.button("Take over here").disabled).toBe(false);
  });

  test("when the conversation ends", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "state", status: "closed", error: null, retry: null });
    await lightIsOut(page);
  });

  test("when the gateway stays away", async () => {
    const page = await Page.talking();
    page.kernel.answers = false;
    page.kernel.cutSocket();
    await lightIsOut(page);
    await page.until("owner", "false");
  });

  test("when the last view has gone", async () => {
    const page = await Page.talking();
    page.first.life.abort();
    await lightIsOut(page);
    await page.see(() => expect(page.kernel.open).toBe(0));
  });

  test("when the page is left", async () => {
    const page = await Page.talking();
    window.dispatchEvent(new PageTransitionEvent("pagehide"));
    await lightIsOut(page);
    await page.see(() => expect(page.kernel.open).toBe(0));
  });

  test("when the widget goes, with all the rest", async () => {
    const page = await Page.talking();
    const service = await page.call();
    await page.until("peerState", "connected");
    page.life.abort();
    await service.close();
    await page.see(() => expect(leftovers(page.resources)).toEqual([]));
    expect(page.kernel.model.listenerCount).toBe(0);
    expect(page.first.el.childElementCount).toBe(0);
  });

  test("but not when the view only moves", async () => {
    const page = await Page.talking();
    page.first.life.abort();
    const moved = page.show();
    const before = page.kernel.audio.length;
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(before + 100));
    expect(page.resources.microphoneTracks.map((track) => track.readyState)).toEqual(["live"]);
    moved.life.abort();
  });
});

describe("without a microphone", () => {
  const deny = () =>
    vi
      .spyOn(navigator.mediaDevices, "getUserMedia")
      .mockRejectedValueOnce(new DOMException("Permission denied", "NotAllowedError"));

  async function denied(): Promise<Page> {
    const page = await Page.connected();
    deny();
    page.button("Start").click();
    await page.until("microphone", "microphone_denied");
    await page.until("owner", "true");
    return page;
  }

  test("the refusal is told to kernel and person", async () => {
    const page = await denied();
    const error = await page.kernel.got("page_error");
    expect(error).toEqual({ type: "page_error", code: "microphone_denied", message: "Permission denied" });
    expect(page.text('.nt-notice[data-code="microphone_denied"]')).toContain("You can type meanwhile");
    expect(page.text(".nt-status")).toBe("Type to talk");
  });

  test("the conversation runs by text", async () => {
    const page = await denied();
    const input = page.find<HTMLInputElement>(".nt-input");
    input.value = "hello";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await page.see(() => expect(page.resting("Send")).toBe(false));
    page.button("Send").click();
    expect((await page.kernel.got("send_text")).text).toBe("hello");
  });

  test("it can be tried again without a new start", async () => {
    const page = await denied();
    page.button("Try the microphone again").click();
    await page.until("microphone", "on");
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(0));
    expect(page.has(".nt-notice")).toBe(false);
    expect(page.kernel.of("start").length).toBe(1);
  });

  test("the refusal is forgotten when another microphone is heard", async () => {
    const page = await denied();
    const devices = await navigator.mediaDevices.enumerateDevices();
    const other = devices.findLast(({ kind }) => kind === "audioinput")?.label;
    page.kernel.send({ type: "traits", values: { microphone: other }, written: null });
    await page.until("microphone", "on");
    await page.see(() => expect(page.has(".nt-notice")).toBe(false));
  });

  test("the refusal is shown once, though the kernel repeats it", async () => {
    const page = await denied();
    const error = {
      code: "microphone_denied",
      message: "Permission denied",
      hint: "Press the microphone button.",
    };
    page.kernel.send({ type: "state", status: "thinking", error, retry: null });
    await page.until("status", "thinking");
    expect(page.first.el.querySelectorAll(".nt-notice").length).toBe(1);
  });

  test("the microphone's own button tries again too, once the notice is gone", async () => {
    const page = await denied();
    page.button("Dismiss").click();
    await page.see(() => expect(page.has(".nt-notice")).toBe(false));
    page.find(".nt-mute-button").click();
    await page.until("microphone", "on");
    expect(page.root.dataset.muted).toBe("false");
  });

  test("the only device, unplugged, is told, and can be opened again", async () => {
    const page = await Page.talking();
    vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValueOnce(
      new DOMException("Requested device not found", "NotFoundError"),
    );
    page.resources.microphoneTracks[0]?.dispatchEvent(new Event("ended"));
    await page.kernel.got("page_error", ({ code }) => code === "microphone_lost");
    page.button("Try the microphone again").click();
    await page.until("microphone", "on");
  });

  test("a page that is not secure gets words, and text works", async () => {
    const page = await Page.connected();
    vi.spyOn(navigator, "mediaDevices", "get").mockReturnValue(undefined as unknown as MediaDevices);
    page.button("Start").click();
    await page.kernel.got("page_error", ({ code }) => code === "insecure_context");
    await page.until("owner", "true");
    expect(page.text(".nt-notices")).toContain("https");
    expect(page.text(".nt-notices")).toContain("You can type meanwhile");
    expect(page.find<HTMLInputElement>(".nt-input").readOnly).toBe(false);
  });
});

test("a page that is not secure says so before anybody presses Start", async () => {
  vi.stubGlobal("isSecureContext", false);
  const page = await Page.connected();
  await page.see(() => expect(page.text('[data-code="insecure_context"]')).toContain("https"));
  expect(page.text(".nt-invitation-hint")).toBe("");
  expect(page.kernel.of("page_error")).toEqual([]);
});

describe("muted", () => {
  test("nothing is sent, and the kernel's trait is written", async () => {
    const page = await Page.talking();
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(5));
    page.button("Mute microphone").click();
    await page.until("muted", "true");
    page.kernel.send({ type: "state", status: "thinking", error: null, retry: null });
    await page.until("status", "thinking");
    const before = page.kernel.audio.length;
    page.button("Interrupt the avatar").click();
    await page.kernel.got("interrupt");
    expect(page.kernel.audio.length).toBe(before);
    expect(page.kernel.of("set_trait")).toMatchObject([{ name: "muted", value: true }]);
  });

  test("by the kernel counts as well", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "traits", values: { muted: true }, written: null });
    await page.until("muted", "true");
    expect(page.resources.microphoneTracks[0]?.enabled).toBe(false);
  });
});

describe("video and voice over WebRTC", () => {
  test("are shown and heard, and the first frame is reported", async () => {
    const page = await Page.talking();
    await page.call(3);
    await page.until("peerState", "connected");
    await page.until("voicePath", "webrtc");
    const frame = await page.kernel.got("first_frame");
    expect(frame.elapsed_ms).toBeGreaterThan(0);
    await page.kernel.got("media_state", ({ state, audio_track }) => state === "connected" && audio_track);
    expect(video(page).muted).toBe(false);
  });

  test("keep the gateway's voice silent", async () => {
    const page = await Page.talking();
    await page.call();
    await page.until("voicePath", "webrtc");
    page.kernel.sendVoice(voice());
    page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
    await page.until("status", "speaking");
    expect(page.root.dataset.voicePath).toBe("webrtc");
    expect(page.root.dataset.voicePlaying).toBe("false");
  });

  test("sound in one view only", async () => {
    const page = await Page.talking();
    const second = page.show();
    await page.call();
    await page.until("voicePath", "webrtc");
    const other = await vi.waitFor(() => page.find<HTMLVideoElement>("video", second.el));
    await page.see(() => expect([video(page).muted, other.muted]).toEqual([false, true]));
    page.first.life.abort();
    await page.see(() => expect(other.muted).toBe(false));
    second.life.abort();
  });

  test("follow the volume", async () => {
    const page = await Page.talking({ volume: 0.4 });
    await page.call();
    await page.until("voicePath", "webrtc");
    await page.see(() => expect(video(page).volume).toBeCloseTo(0.4));
    page.kernel.model.set("volume", 0.9);
    await page.see(() => expect(video(page).volume).toBeCloseTo(0.9));
  });

  test("fall silent at a barge-in and come back by themselves", async () => {
    const page = await Page.talking();
    await page.call();
    await page.until("voicePath", "webrtc");
    const heard: number[] = [];
    video(page).addEventListener("volumechange", () => heard.push(video(page).volume));
    page.kernel.send({ type: "flush_voice" });
    await page.see(() => expect(heard).toEqual([0, 1]));
    const silenced = page.kernel.of("voice_silent");
    expect(silenced).toHaveLength(1);
    expect(Math.abs((silenced[0]?.at_ms ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  test("are ended by the kernel's close_peer", async () => {
    const page = await Page.talking();
    await page.call(5);
    await page.until("peerState", "connected");
    page.kernel.send({ type: "close_peer", peer: 4 });
    page.kernel.send({ type: "close_peer", peer: 5 });
    await page.until("peerState", "none");
    await page.kernel.got("media_state", ({ peer, state }) => peer === 5 && state === "closed");
    expect(page.has("video")).toBe(false);
  });

  test("a newer peer replaces the older, whose late words are ignored", async () => {
    const page = await Page.talking();
    await page.call(1);
    await page.until("peerState", "connected");
    const second = await page.call(2);
    await page.see(() => expect(second.connection.connectionState).toBe("connected"));
    page.kernel.send({ type: "offer", peer: 1, sdp: { type: "offer", sdp: "late" }, ice_servers: [] });
    page.kernel.send({ type: "flush_voice" });
    await page.until("peerState", "connected");
    expect(page.kernel.of("answer").map(({ peer }) => peer)).toEqual([1, 2]);
  });

  test("that do not work leave the voice of the gateway, with words", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "offer", peer: 1, sdp: { type: "offer", sdp: "nonsense" }, ice_servers: [] });
    await page.kernel.got("media_state", ({ state }) => state === "failed");
    page.kernel.send({ type: "media_path", path: "voice-only", why: "not_relayed" });
    await page.kernel.got("page_error", ({ code }) => code === "webrtc_failed");
    await page.until("voicePath", "gateway");
    page.kernel.sendVoice(voice());
    await page.until("voicePlaying", "true");
    expect(page.text('.nt-notice[data-code="webrtc_failed"]')).toContain("through the notebook");
  });
});

describe("voice through the gateway", () => {
  test("is played while no track brings it", async () => {
    const page = await Page.talking();
    page.kernel.sendVoice(voice());
    await page.until("voicePath", "gateway");
    await page.until("voicePlaying", "true");
  });

  test("stops at flush_voice", async () => {
    const page = await Page.talking();
    page.find(".nt-details-button").click();
    await page.see(() => expect(page.has(".nt-figures")).toBe(true)); // what tells when a voice is heard comes with them
    page.kernel.sendVoice(voice(30));
    await page.until("voicePlaying", "true");
    await page.kernel.got("voice_heard");
    expect(page.kernel.of("voice_silent")).toEqual([]);
    page.kernel.send({ type: "flush_voice" });
    await page.until("voicePlaying", "false");
    await page.see(() => expect(page.kernel.of("voice_silent")).toHaveLength(1));
  });

  test("stops when the person presses Interrupt", async () => {
    const page = await Page.talking();
    page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
    page.kernel.sendVoice(voice(30));
    await page.until("voicePlaying", "true");
    page.button("Interrupt the avatar").click();
    await page.until("voicePlaying", "false");
  });

  test("stops when a turn is marked as interrupted", async () => {
    const page = await Page.talking();
    const turn = {
      id: "a",
      role: "avatar",
      text: "Long",
      started_at: 1,
      final: false,
      interrupted: false,
      unheard: "",
    } as const;
    page.kernel.send({ type: "turns", reset: false, turns: [turn] });
    page.kernel.sendVoice(voice(30));
    await page.until("voicePlaying", "true");
    page.kernel.send({ type: "turns", reset: false, turns: [{ ...turn, interrupted: true }] });
    await page.until("voicePlaying", "false");
  });

  test("is not played by a page that does not own the media", async () => {
    const page = await Page.connected();
    page.kernel.sendVoice(voice());
    page.kernel.send({ type: "state", status: "speaking", error: null, retry: null });
    await page.until("status", "speaking");
    expect(page.root.dataset.voicePath).toBe("none");
  });
});

describe("a second page", () => {
  test("sees the conversation and can take it over", async () => {
    const page = await Page.connected({}, (kernel) => {
      kernel.welcome = [
        { type: "welcome", owner: false, owned: true },
        { type: "state", status: "listening", error: null, retry: null },
      ];
    });
    await page.until("status", "listening");
    page.button("Take over here").click();
    await page.kernel.got("take_over");
    await page.until("owner", "true");
    await page.until("microphone", "on");
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(0));
  });
});

describe("a gateway that is lost", () => {
  test("is found again, and the page keeps the media", async () => {
    const page = await Page.talking();
    page.kernel.welcome = [
      { type: "welcome", owner: false, owned: false },
      { type: "state", status: "listening", error: null, retry: null },
    ];
    page.kernel.cutSocket();
    await page.see(() => expect(page.kernel.connections).toBe(2));
    await page.kernel.got("take_over");
    await page.until("owner", "true");
    const before = page.kernel.audio.length;
    await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(before));
    expect(page.resources.microphoneTracks.map((track) => track.readyState)).toEqual(["live"]);
  });

  test("does not end a recording, if the conversation goes on here", async () => {
    const files = savedFiles();
    const page = await Page.talking();
    page.kernel.welcome = [
      { type: "welcome", owner: false, owned: false },
      { type: "state", status: "listening", error: null, retry: null },
    ];
    if (!page.has(".nt-record-button")) page.find(".nt-more-button").click();
    await page.see(() => expect(page.resting("Record")).toBe(false));
    page.button("Record").click();
    await page.see(() => page.button("Agree and record").click());
    await page.see(() => expect(page.has(".nt-recording")).toBe(true));
    page.kernel.cutSocket();
    await page.kernel.got("take_over");
    await page.until("owner", "true");
    expect(page.has(".nt-recording")).toBe(true);
    expect(files).toEqual([]);
    page.button("Stop").click();
    await page.see(() => expect(files.length).toBe(1));
  });

  test("and lost again before it was rejoined, is rejoined all the same", async () => {
    const page = await Page.talking();
    page.kernel.welcome = [
      { type: "welcome", owner: false, owned: false },
      { type: "state", status: "listening", error: null, retry: null },
    ];
    page.kernel.obliging = false;
    page.kernel.cutSocket();
    await page.kernel.got("take_over");
    page.kernel.obliging = true;
    page.kernel.cutSocket();
    await page.see(() => expect(page.kernel.of("take_over").length).toBe(2));
    await page.until("owner", "true");
    expect(page.root.dataset.microphone).toBe("on");
  });

  test("whose conversation has ended meanwhile is not joined again", async () => {
    const page = await Page.talking();
    page.kernel.cutSocket();
    await page.see(() => expect(page.kernel.connections).toBe(2));
    await page.until("microphone", "off");
    expect(page.kernel.of("take_over")).toEqual([]);
  });

  test("is not taken back from a page that came in between", async () => {
    const page = await Page.talking();
    page.kernel.welcome = [
      { type: "welcome", owner: false, owned: true },
      { type: "state", status: "listening", error: null, retry: null },
    ];
    page.kernel.cutSocket();
    await page.until("owner", "false");
    await page.until("microphone", "off");
    expect(page.kernel.of("take_over")).toEqual([]);
  });
});

test("nothing that comes over the wire breaks the page", async () => {
  const page = await Page.talking();
  for (const text of [
    "[]",
    "7",
    '{"type":"turns","turns":[1,null,{}]}',
    '{"type":"state"}',
    '{"type":"offer","peer":1}',
    '{"type":"ice_candidate","peer":9,"candidate":{"candidate":3}}',
    '{"type":"tool_call","call_id":"x","name":"y","state":"running","arguments":[1]}',
  ]) {
    page.kernel.sendText(text);
  }
  page.kernel.sendBinary(new Uint8Array(17));
  page.kernel.send({ type: "state", status: "thinking", error: null, retry: null });
  await page.until("status", "thinking");
});
