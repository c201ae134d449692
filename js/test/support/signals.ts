/** Test tones and what is left of them. */

export function sine(frequency: number, rate: number, seconds: number, amplitude = 0.8): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, index) => amplitude * Math.sin((2 * Math.PI * frequency * index) / rate),
  );
}

export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] as number) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

export function decibel(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Signal-to-noise ratio in dB of what should be a sine of this frequency, of any phase and amplitude. */
export function sineSnr(samples: Float32Array, frequency: number, rate: number): number {
  let [ss, sc, cc, xs, xc] = [0, 0, 0, 0, 0];
  const angle = (index: number) => (2 * Math.PI * frequency * index) / rate;
  for (const [index, value] of samples.entries()) {
    const s = Math.sin(angle(index));
    const c = Math.cos(angle(index));
    ss += s * s;
    sc += s * c;
    cc += c * c;
    xs += value * s;
    xc += value * c;
  }
  const determinant = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / determinant;
  const b = (xc * ss - xs * sc) / determinant;
  const fitted = samples.map((_, index) => a * Math.sin(angle(index)) + b * Math.cos(angle(index)));
  return decibel(rms(fitted) / rms(samples.map((value, index) => value - (fitted[index] as number))));
}
