/** The speaker that sounds: the browser's own choice, or another where the browser lets one choose. */

/** Whether there is a choice at all. */
export function canChooseSpeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/**
 * Let a media element or an audio context sound on a speaker; "" is the browser's own choice.
 *
 * Some browsers let one choose for elements only, and none where it is gone: what sounded goes on sounding.
 */
export async function soundOn(sounding: HTMLMediaElement | AudioContext, speaker: string): Promise<void> {
  const { sinkId = "", setSinkId } = sounding as Partial<HTMLMediaElement>;
  if (sinkId === speaker || setSinkId === undefined) return;
  try {
    await setSinkId.call(sounding, speaker);
  } catch {
    // That it is missing is told by the list of devices.
  }
}
