/** One WebSocket to the kernel's gateway: says hello, then carries messages and audio both ways. */

import { onAbort } from "../lifetime";
import type { ToKernel, Visit } from "../messages";
import { type Channel, type ChannelEvents, deliver } from "./channel";

export class GatewaySocket implements Channel {
  readonly #socket: WebSocket;

  constructor(url: string, token: string, visit: Visit, events: ChannelEvents, life: AbortSignal) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    const listening = { signal: life };
    this.#socket.addEventListener(
      "open",
      () => this.sendMessage({ type: "hello", token, ...visit }),
      listening,
    );
    this.#socket.addEventListener(
      "message",
      ({ data }: MessageEvent<string | ArrayBuffer>) => deliver(data, events),
      listening,
    );
    this.#socket.addEventListener("close", () => events.onClose(), listening);
    onAbort(life, () => this.#socket.close(1000));
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  sendMessage(message: ToKernel): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  send(frame: ArrayBuffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }
}
