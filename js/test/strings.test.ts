import { expect, test } from "vitest";
import { en as english } from "../src/strings/en";
import { ownError, ownWords } from "../src/strings/kernel";
import { zh as chinese } from "../src/strings/zh";

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

const { kernel: _, ...ourEnglish } = english;
const { kernel: kernelChinese, ...ourChinese } = chinese;
const en = leaves(ourEnglish);
const zh = leaves(ourChinese);

test("both languages say the same things", () => {
  expect(zh.map(([path]) => path)).toEqual(en.map(([path]) => path));
});

test.each(zh)("%s is written in Chinese", (_path, text) => {
  expect(text).toMatch(/\p{Script=Han}/u);
});

test.each(en)("%s is written in English", (_path, text) => {
  expect(text).toMatch(/^[^\p{Script=Han}]+$/u);
});

test("both keep the places of names and numbers", () => {
  const places = (all: typeof en) =>
    all.map(([path, text]) => [path, (String(text).match(/\{\w+\}/g) ?? []).sort().join()]);
  expect(places(zh)).toEqual(places(en));
});

test("what the kernel says stays as it is in English", () => {
  const error = { code: "service_fault", message: "The service failed: fire.", hint: "Ask again." };
  expect(ownWords("Loading the character", english)).toBe("Loading the character");
  expect(ownError(error, english)).toEqual(error);
});

test.each([
  ["", ""],
  ["Local service: no account", "本地服务：无需账号"],
  ["Local service: no account, nothing leaves the hub", "本地服务：无需账号，数据不会离开 Hub"],
  ["Local service; your words go to answer()", "本地服务；你的话发送到 answer()"],
  ["Local service; your words go to a function of yours", "本地服务；你的话交给你的函数"],
  [
    "Local service; your words and its words go to api.openai.com (gpt-4o by OpenAI), your voice goes to asr.example",
    "本地服务；你的话和它的话发送到 api.openai.com（OpenAI 的 gpt-4o），你的声音发送到 asr.example",
  ],
  ["Downloading the Whisper model large-v3.5", "正在下载 Whisper 模型 large-v3.5"],
  ["Loading llama3.2 into Ollama", "正在将 llama3.2 载入 Ollama"],
  [
    "eSpeak NG speaks. The voice $& cannot be loaded: no file.",
    "已改用 eSpeak NG 合成语音。无法加载语音 $&：no file。",
  ],
  [
    "Install it with: pip install 'navtalk-widget[whisper]'",
    "请用以下命令安装：pip install 'navtalk-widget[whisper]'",
  ],
  ["The service failed: the service does not say why.", "服务出错：服务未说明原因。"],
  [
    "The service is not ready: Ollama has no model 'a b' (404: no such thing).",
    "服务未就绪：Ollama 没有模型 'a b'（404: no such thing）。",
  ],
  [
    "The endpoint in OPENAI_BASE_URL is not used: Ollama refuses the connection: http://[::1]:11434/v1. " +
      "Start it with: ollama serve",
    "未使用 OPENAI_BASE_URL 指定的服务：Ollama 拒绝连接：http://[::1]:11434/v1。请用以下命令启动：ollama serve",
  ],
])("%s is told in Chinese", (said, told) => {
  expect(ownWords(said, chinese)).toBe(told);
});

test("an error in Chinese keeps its address, and says in English only what no phrase has", () => {
  const hint = "Check the network and the address, then connect again; what was said so far is kept.";
  const told = (code: string, message: string) => ownError({ code, message, hint }, chinese);
  expect(
    told(
      "service_unreachable",
      "ws://127.0.0.1:9/a?b cannot be reached (Connect call failed ('127.0.0.1', 9)).",
    ),
  ).toEqual({
    code: "service_unreachable",
    message: "无法连接 ws://127.0.0.1:9/a?b（连接失败 ('127.0.0.1', 9)）。",
    hint: "请检查网络和地址，然后重新连接；已说的内容会保留。",
  });
  expect(told("recording", "The disk is odd.").message).toBe("录制出错：The disk is odd.");
  expect(told("known_to_nobody", "Rain.").message).toBe("出错了：Rain.");
});

test.each(kernelChinese.phrases)("%s becomes Chinese", (english, own) => {
  expect(() => new RegExp(english, "gu")).not.toThrow();
  expect(english).not.toBe("");
  expect(own).toMatch(/^$|[\p{Script=Han}，（。]|^NavTalk/u);
});

test("a long text is told as fast as a short one", () => {
  const began = performance.now();
  ownWords(`answer() failed: ValueError: ${"The service has no model. (".repeat(75)}`, chinese);
  expect(performance.now() - began).toBeLessThan(1_000);
});
