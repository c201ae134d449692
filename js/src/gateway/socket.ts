/** One WebSocket to the kernel's gateway: says hello, then carries messages and audio both ways. */

import { onAbort } from "../lifetime";
import type { GatewayAddress, ToKernel, ToPage } from "../messages";
import { parseToPage } from "../parsing";
import { decodeVoice } from "./frames";
import type { AudioSink } from "./uplink";

export interface SocketEvents {
  onMessage(message: ToPage): void;
  onVoice(pcm: Int16Array<ArrayBuffer>): void;
  /** The socket ended by itself or by the kernel; not called when our signal ended it. */
  onClose(): void;
}

export class GatewaySocket implements AudioSink {
  readonly #socket: WebSocket;

  constructor(address: GatewayAddress, events: SocketEvents, life: AbortSignal) {
    this.#socket = new WebSocket(address.url);
    this.#socket.binaryType = "arraybuffer";
    const listening = { signal: life };
    this.#socket.addEventListener(
      "open",
      () => this.sendMessage({ type: "hello", token: address.token }),
      listening,
    );
    this.#socket.addEventListener(
      "message",
      ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === "string") {
          const message = parseToPage(data);
          if (message !== null) events.onMessage(message);
        } else {
          const pcm = decodeVoice(data);
          if (pcm !== null) events.onVoice(pcm);
        }
      },
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
