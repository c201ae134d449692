/** Timers and lifetimes that end with an AbortSignal. */

/** Run once after a delay, unless the signal fires first. */
export function after(delay_ms: number, run: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const cancel = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", cancel);
    run();
  }, delay_ms);
  signal.addEventListener("abort", cancel, { once: true });
}

/** Run again and again, until the signal fires. */
export function every(interval_ms: number, run: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const timer = setInterval(run, interval_ms);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

/** Run when the signal fires, at once if it has fired already. */
export function onAbort(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) run();
  else signal.addEventListener("abort", run, { once: true });
}

/** A shorter life within a longer one: ends with its parent, or earlier when told to. */
export class Lifetime {
  readonly #own = new AbortController();
  readonly signal: AbortSignal;

  constructor(parent: AbortSignal) {
    this.signal = AbortSignal.any([parent, this.#own.signal]);
  }

  end(): void {
    this.#own.abort();
  }
}

/** One thing to be done later: what is set anew takes the place of what was to be done before. */
export class Timer {
  readonly #life: AbortSignal;
  #pending: Lifetime | undefined;

  constructor(life: AbortSignal) {
    this.#life = life;
  }

  set(delay_ms: number, run: () => void): void {
    this.clear();
    this.#pending = new Lifetime(this.#life);
    after(delay_ms, run, this.#pending.signal);
  }

  clear(): void {
    this.#pending?.end();
  }
}
