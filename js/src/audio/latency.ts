/** How late what an AudioContext plays is heard. */

/** In seconds, where the browser is not asked: a guess, since speakers are seldom less or much more. */
const SUPPOSED = 0.04;

/** Seconds from the context to the ear. */
export function outputLatency(context: AudioContext): number {
  return context.baseLatency + (mayBeAsked() ? context.outputLatency : SUPPOSED);
}

/** When a moment of the context is heard, by `performance.now()`; null where nothing of it was heard yet. */
export function atTheEar(context: AudioContext, at: number): number | null {
  const { contextTime = 0, performanceTime = 0 } = mayBeAsked()
    ? context.getOutputTimestamp()
    : supposed(context);
  return performanceTime === 0 ? null : performanceTime + (at - contextTime) * 1000;
}

/**
 * Firefox on Linux holds its audio graph while it asks PulseAudio, which waits for that graph: now and then neither
 * lets go, and the page stands still for good (seen in Firefox 153, once in some twenty starts).
 */
function mayBeAsked(): boolean {
  return !/Linux.*Firefox/.test(navigator.userAgent);
}

function supposed({ currentTime }: AudioContext): AudioTimestamp {
  return currentTime === 0 ? {} : { contextTime: currentTime - SUPPOSED, performanceTime: performance.now() };
}
