/** Decoded pictures that wait for the moment at which the voice that belongs to them is heard. */

/** A second of them; in a tab that nobody looks at, timers rest for so long. The oldest are dropped. */
const LIMIT = 25;
/** From drawing on the canvas to the screen: what the voice need not wait for. */
export const SCREEN_MS = 20;

export interface Picture {
  frame: VideoFrame;
  /** By `performance.now()`. */
  due_ms: number;
}

export class PictureQueue {
  readonly #waiting: Picture[] = [];

  push(frame: VideoFrame, due_ms: number): void {
    this.#waiting.push({ frame, due_ms });
    if (this.#waiting.length > LIMIT) this.#waiting.shift()?.frame.close();
  }

  /** The newest picture that is due, which the caller closes; older ones nobody needs to see. */
  take(now_ms: number): VideoFrame | null {
    let due: VideoFrame | null = null;
    while (this.#waiting[0] !== undefined && this.#waiting[0].due_ms <= now_ms) {
      due?.close();
      due = this.#waiting.shift()?.frame ?? null;
    }
    return due;
  }

  /** Milliseconds to the next one; null when none waits. */
  wait(now_ms: number): number | null {
    const next = this.#waiting[0];
    return next === undefined ? null : Math.max(0, next.due_ms - now_ms);
  }

  clear(): void {
    for (const { frame } of this.#waiting.splice(0)) frame.close();
  }
}
