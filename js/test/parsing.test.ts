import { describe, expect, test } from "vitest";
import commSamples from "../../tests/wire/comm_messages.json";
import samples from "../../tests/wire/page_messages.json";
import type { ToKernel, ToPage } from "../src/messages";
import { parseInvitation, parseToPage, parseTurns } from "../src/parsing";

/** Fails to compile when a type is missing here, fails to run when one is missing in the samples. */
const TO_PAGE: Record<ToPage["type"], true> = {
  welcome: true,
  return_token: true,
  link: true,
  extras: true,
  traits: true,
  latency: true,
  ping: true,
  state: true,
  progress: true,
  hint: true,
  turns: true,
  tool_call: true,
  owner: true,
  offer: true,
  ice_candidate: true,
  close_peer: true,
  media_path: true,
  recording: true,
  flush_voice: true,
  error: true,
};

const TO_KERNEL: Record<ToKernel["type"], true> = {
  hello: true,
  start: true,
  stop: true,
  take_over: true,
  send_text: true,
  talk_begin: true,
  talk_end: true,
  interrupt: true,
  approve: true,
  may_record: true,
  stop_recording: true,
  reconnect_now: true,
  answer: true,
  ice_candidate: true,
  media_state: true,
  first_frame: true,
  decoders: true,
  key_frame: true,
  playback: true,
  voice_heard: true,
  voice_silent: true,
  set_trait: true,
  ask_link: true,
  ask_extras: true,
  pong: true,
  devices: true,
  page_error: true,
};

describe("the wire's sample messages", () => {
  test.each(samples.to_page.map((sample) => [sample.type, sample] as const))(
    "%s is read without loss",
    (_type, sample) => {
      expect(parseToPage(JSON.stringify(sample))).toEqual(sample);
    },
  );

  test("cover every message to the page", () => {
    expect(new Set(samples.to_page.map(({ type }) => type))).toEqual(new Set(Object.keys(TO_PAGE)));
  });

  test("cover every message to the kernel", () => {
    expect(new Set(samples.to_kernel.map(({ type }) => type))).toEqual(new Set(Object.keys(TO_KERNEL)));
  });
});

describe("what is no message", () => {
  test.each([
    "",
    "nonsense",
    "null",
    "[]",
    "3",
    '"state"',
    "{}",
    '{"type":7}',
    '{"type":"state","status":"dancing"}',
    '{"type":"turns","turns":{}}',
    '{"type":"link"}',
    '{"type":"link","url":"javascript:alert(1)//http://127.0.0.1:80/"}',
    '{"type":"link","url":"http://127.0.0.1.elsewhere:80/"}',
  ])("is ignored: %s", (text) => {
    expect(parseToPage(text)).toBeNull();
  });

  test("spoils no well-formed turn beside it", () => {
    const turn = {
      id: "a",
      role: "user",
      text: "hi",
      unheard: "",
      started_at: 1,
      final: true,
      interrupted: false,
    };
    const broken = [null, 3, { id: "b" }, { ...turn, role: "robot" }, { ...turn, started_at: "now" }];
    expect(parseTurns([...broken, turn])).toEqual([turn]);
  });
});

describe("an invitation to the gateway", () => {
  test("is read without loss", () => {
    const sample = commSamples.to_page.find(({ type }) => type === "gateway");
    expect(parseInvitation(sample)).toEqual({
      page: sample?.page,
      url: sample?.url,
      token: sample?.token,
      proxy: { path: sample?.proxy_path, token: sample?.proxy_token },
    });
  });

  test("may know of loopback only", () => {
    const url = "ws://127.0.0.1:1/";
    const read = parseInvitation({ type: "gateway", url, token: "t" });
    expect(read).toEqual({ page: "", url, token: "t", proxy: null });
  });

  test("leads to a WebSocket", () => {
    for (const url of ["javascript:alert(1)", "http://127.0.0.1/", 3]) {
      expect(parseInvitation({ type: "gateway", url, token: "t" })).toBeNull();
    }
    expect(parseInvitation({ type: "other" })).toBeNull();
  });
});
