/** Streaming band-limited resampling of mono audio: a windowed sinc, one short filter for each output phase. */

/** Half the filter's length, in samples of the slower of both rates: 24 keeps the stop band below -80 dB. */
const HALF_WIDTH = 24;
/** Where the pass band ends, as a part of the slower rate's Nyquist frequency. */
const ROLL_OFF = 0.92;
const KAISER_BETA = 8.5;
/** Rates with a large least common multiple use the nearest of this many phases. */
const MAX_PHASES = 1024;

export class Resampler {
  readonly #step: number;
  readonly #taps: number;
  readonly #phases: number;
  readonly #filters: Float32Array[];
  #history: Float32Array;
  /** Input samples in `#history`, from its start. */
  #filled: number;
  /** Where the next output sample lies, in input samples from the start of `#history`. */
  #whole: number;
  /** The rest of that position, in parts of `#denominator`. */
  #part = 0;
  readonly #denominator: number;
  readonly #numerator: number;
  #output = new Float32Array(0);

  constructor(sourceRate: number, targetRate: number) {
    const divisor = greatestCommonDivisor(Math.round(sourceRate), Math.round(targetRate));
    this.#numerator = Math.round(sourceRate) / divisor;
    this.#denominator = Math.round(targetRate) / divisor;
    this.#step = this.#numerator / this.#denominator;
    const stretch = Math.max(1, this.#step);
    const half = Math.ceil(HALF_WIDTH * stretch);
    this.#taps = 2 * half;
    this.#phases = Math.min(this.#denominator, MAX_PHASES);
    this.#filters = Array.from({ length: this.#phases }, (_, phase) =>
      sincFilter(half, phase / this.#phases, ROLL_OFF / stretch),
    );
    // Silence before the first sample, so that the first output lies exactly on the first input.
    this.#history = new Float32Array(this.#taps * 4);
    this.#filled = half - 1;
    this.#whole = half - 1;
  }

  /** Input samples the output lags behind: what the filter must see of the future. */
  get latency(): number {
    return this.#taps / 2;
  }

  /**
   * Feed a block and get what it completes.
   *
   * The result is a view that the next call overwrites; nothing is allocated once blocks keep their size.
   */
  process(input: Float32Array): Float32Array {
    this.#append(input);
    const half = this.#taps / 2;
    const capacity = Math.ceil(this.#filled / this.#step) + 1;
    if (this.#output.length < capacity) this.#output = new Float32Array(capacity);
    let count = 0;
    while (this.#whole + half < this.#filled) {
      this.#output[count++] = this.#sampleAt(this.#whole - half + 1);
      this.#part += this.#numerator;
      this.#whole += Math.floor(this.#part / this.#denominator);
      this.#part %= this.#denominator;
    }
    this.#forget(this.#whole - half + 1);
    return this.#output.subarray(0, count);
  }

  #sampleAt(first: number): number {
    const phase = Math.floor((this.#part * this.#phases) / this.#denominator);
    const filter = this.#filters[phase] as Float32Array;
    const history = this.#history;
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) {
      sum += (history[first + tap] as number) * (filter[tap] as number);
    }
    return sum;
  }

  #append(input: Float32Array): void {
    const needed = this.#filled + input.length;
    if (needed > this.#history.length) {
      const larger = new Float32Array(needed * 2);
      larger.set(this.#history.subarray(0, this.#filled));
      this.#history = larger;
    }
    this.#history.set(input, this.#filled);
    this.#filled = needed;
  }

  #forget(count: number): void {
    const past = Math.min(count, this.#filled);
    if (past <= 0) return;
    this.#history.copyWithin(0, past, this.#filled);
    this.#filled -= past;
    this.#whole -= past;
  }
}

/** A Kaiser-windowed sinc for a point `offset` after the middle tap, scaled to leave DC as it is. */
function sincFilter(half: number, offset: number, cutoff: number): Float32Array {
  const filter = new Float64Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < filter.length; tap++) {
    const distance = tap - (half - 1) - offset;
    const value = sinc(distance * cutoff) * kaiser(distance / half);
    filter[tap] = value;
    sum += value;
  }
  return Float32Array.from(filter, (value) => value / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(position: number): number {
  if (Math.abs(position) >= 1) return 0;
  return besselI0(KAISER_BETA * Math.sqrt(1 - position * position)) / besselI0(KAISER_BETA);
}

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
