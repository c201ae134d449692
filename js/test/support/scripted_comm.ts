/** The kernel's end of the comm: takes what a page sends while it is served, and keeps the rest for later. */

import type { TestModel } from "./test_model";

interface Sent {
  type: string;
  page: string;
  number?: number;
  text?: string | null;
}

export interface CommEvents {
  onOpen(): void;
  onText(text: string): void;
  onBinary(frame: DataView): void;
}

export class ScriptedComm {
  /** The page that is connected. */
  page: string | null = null;
  readonly closed: string[] = [];
  /** How many binary frames came in one message. */
  readonly gathered: number[] = [];
  readonly #model: TestModel;
  readonly #events: CommEvents;
  #served = false;
  #waiting: { sent: Sent; buffers: ArrayBuffer[] }[] = [];

  constructor(model: TestModel, events: CommEvents) {
    this.#model = model;
    this.#events = events;
  }

  /** No cell runs; what has waited is taken. */
  serve(): void {
    this.#served = true;
    for (const { sent, buffers } of this.#waiting.splice(0)) this.#take(sent, buffers);
  }

  /** A cell runs. */
  pause(): void {
    this.#served = false;
  }

  /** The kernel is a new one. */
  forget(): void {
    this.page = null;
    this.#waiting = [];
    this.#served = false;
  }

  arrived(content: unknown, buffers: ArrayBuffer[]): void {
    const sent = content as Sent;
    if (!sent.type.startsWith("comm_")) return;
    if (this.#served) queueMicrotask(() => this.#take(sent, buffers));
    else this.#waiting.push({ sent, buffers });
  }

  sendText(text: string): void {
    this.#emit({ type: "comm_frame", page: this.page, text });
  }

  /** As hosts give it: a view somewhere in a larger buffer. */
  sendBinary(bytes: Uint8Array): void {
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 5);
    this.#emit({ type: "comm_frame", page: this.page, text: null }, [
      new DataView(larger.buffer, 5, bytes.length),
    ]);
  }

  close(): void {
    this.#emit({ type: "comm_closed", page: this.page });
    this.page = null;
  }

  #take({ type, page, number, text }: Sent, buffers: ArrayBuffer[]): void {
    if (type === "comm_close") {
      this.closed.push(page);
      if (page === this.page) this.page = null;
    } else if (type === "comm_open") {
      this.page = page;
      this.#events.onOpen();
    } else {
      if (typeof text === "string") this.#events.onText(text);
      if (buffers.length > 0) this.gathered.push(buffers.length);
      for (const buffer of buffers) this.#events.onBinary(new DataView(buffer));
      this.#emit({ type: "comm_taken", page, number });
    }
  }

  #emit(content: unknown, buffers: DataView[] = []): void {
    this.#model.emit("msg:custom", content, buffers);
  }
}
