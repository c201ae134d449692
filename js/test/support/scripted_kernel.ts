/** The kernel's side of one widget, scripted by a test: the model's comm, and a real gateway behind it. */

import { inject, vi } from "vitest";
import type { ToKernel, ToPage } from "../../src/messages";
import type { Traits } from "../../src/model";
import { en } from "../../src/strings/en";
import { zh } from "../../src/strings/zh";
import { type Order, type Report, TOKEN } from "../server/script";
import { ScriptedComm } from "./scripted_comm";
import { TestModel } from "./test_model";

type Sent<T extends ToKernel["type"]> = Extract<ToKernel, { type: T }>;

export class ScriptedKernel {
  readonly model: TestModel;
  readonly received: ToKernel[] = [];
  readonly audio: DataView[] = [];
  /** Sockets that said hello, and those of them that are open. */
  connections = 0;
  open = 0;
  /** What a page is greeted with. */
  welcome: ToPage[] = [
    { type: "welcome", owner: false, owned: false },
    { type: "state", status: "idle", error: null, retry: null },
    { type: "turns", reset: true, turns: [] },
  ];
  token = TOKEN;
  /** Whether the loopback port answers, and where a notebook server would have it. */
  listens = true;
  proxyPath = "proxy/1/";
  /** Serves nothing until it is told to. */
  readonly comm: ScriptedComm;
  /** Whether the comm is served: not while a cell runs. */
  answers = true;
  onPeerMessage: (message: Sent<"answer" | "ice_candidate">) => void = () => {};
  /** The extras as they are in the sources; `test/extras.test.ts` has them as they are built. */
  extras = `import * as extras from "${new URL("../../src/extras.ts", import.meta.url).href}"; export default () => extras;`;
  /** Whether they are sent when a page asks for them. */
  givesExtras = true;
  /** Behave like a kernel that grants Start, take-over, Stop and what is set. */
  obliging = true;
  readonly #control: WebSocket;
  readonly #url: string;

  private constructor(control: WebSocket, url: string, traits: Partial<Traits>) {
    this.#control = control;
    this.#url = url;
    this.model = new TestModel(traits);
    this.model.onSend = (content, buffers) => {
      this.comm.arrived(content, buffers);
      const { type, page } = content as { type: string; page: string };
      if (type === "ready" && this.answers) queueMicrotask(() => this.tellAddress(page));
    };
    this.comm = new ScriptedComm(this.model, {
      onOpen: () => this.send(...this.welcome),
      onText: (text) => this.#onMessage(JSON.parse(text) as ToKernel),
      onBinary: (frame) => this.audio.push(frame),
    });
    control.addEventListener("message", ({ data }) => this.#onReport(JSON.parse(data as string) as Report));
  }

  static async open(traits: Partial<Traits> = {}, port = inject("gatewayPort")): Promise<ScriptedKernel> {
    const name = crypto.randomUUID();
    const control = new WebSocket(`ws://127.0.0.1:${port}/control/${name}`);
    await new Promise((resolve) => control.addEventListener("open", resolve, { once: true }));
    return new ScriptedKernel(control, `ws://127.0.0.1:${port}/gateway/${name}`, traits);
  }

  /** Invite the page of that name, or whichever there is. */
  tellAddress(page = ""): void {
    const url = this.listens ? this.#url : "ws://127.0.0.1:1/";
    const proxy = { proxy_path: this.proxyPath, proxy_token: this.token };
    this.model.emit("msg:custom", { type: "gateway", page, url, token: this.token, ...proxy }, []);
  }

  /** The address of the gateway's case, as a notebook server would have it in front of it. */
  get behindProxy(): { base: string; path: string } {
    const { pathname, port } = new URL(this.#url);
    return { base: `http://127.0.0.1:${port}/`, path: pathname.slice(1) };
  }

  send(...messages: ToPage[]): void {
    for (const message of messages) this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (this.comm.page !== null) this.comm.sendText(text);
    else this.#order({ do: "text", text });
  }

  sendBinary(bytes: Uint8Array): void {
    this.#order({
      do: "binary",
      base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
    });
  }

  /** Voice as the gateway frames it. */
  sendVoice(pcm: Int16Array, sequence = 0): void {
    const frame = new DataView(new ArrayBuffer(16 + pcm.byteLength));
    frame.setUint32(0, 2, true);
    frame.setUint32(4, sequence, true);
    for (const [index, value] of pcm.entries()) frame.setInt16(16 + 2 * index, value, true);
    this.sendBinary(new Uint8Array(frame.buffer));
  }

  closeSocket(code: number): void {
    this.#order({ do: "close", code });
  }

  cutSocket(): void {
    this.#order({ do: "terminate" });
  }

  of<T extends ToKernel["type"]>(type: T): Sent<T>[] {
    return this.received.filter((message): message is Sent<T> => message.type === type);
  }

  /** The next message of a type, or the one that came already. */
  async got<T extends ToKernel["type"]>(
    type: T,
    accept: (message: Sent<T>) => boolean = () => true,
  ): Promise<Sent<T>> {
    return vi.waitFor(
      () => {
        const found = this.of(type).find(accept);
        if (found === undefined)
          throw new Error(`no ${type} among ${this.received.map((m) => m.type).join(" ")}`);
        return found;
      },
      { timeout: 10_000 },
    );
  }

  close(): void {
    this.#control.close();
  }

  #order(order: Order): void {
    this.#control.send(JSON.stringify(order));
  }

  #onReport(report: Report): void {
    if (report.event === "open") {
      this.connections += 1;
      this.open += 1;
      for (const message of this.welcome) this.#order({ do: "text", text: JSON.stringify(message) });
    } else if (report.event === "close") this.open -= 1;
    else if (report.event === "binary") this.audio.push(viewOf(report.base64));
    else this.#onMessage(JSON.parse(report.text) as ToKernel);
  }

  #onMessage(message: ToKernel): void {
    this.received.push(message);
    if (message.type === "answer" || message.type === "ice_candidate") this.onPeerMessage(message);
    if (!this.obliging) return;
    if (message.type === "ask_extras" && this.givesExtras) this.send({ type: "extras", script: this.extras });
    if (message.type === "set_trait") {
      const values: Record<string, unknown> = { [message.name]: message.value };
      if (message.name === "locale") values.words = message.value === "zh" ? zh : en;
      this.send({ type: "traits", values, written: message.number });
    }
    if (message.type === "start" || message.type === "take_over") {
      this.send(
        { type: "owner", owner: true, owned: true },
        { type: "state", status: "listening", error: null, retry: null },
      );
    } else if (message.type === "stop") {
      this.send(
        { type: "owner", owner: false, owned: false },
        { type: "state", status: "closed", error: null, retry: null },
      );
    }
  }
}

function viewOf(base64: string): DataView {
  return new DataView(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);
}
