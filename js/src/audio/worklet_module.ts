/** Loading a worklet whose text is part of the bundle. */

export class WorkletError extends Error {
  override readonly name = "WorkletError";
}

/**
 * Add a script to a context's worklet through a Blob URL.
 *
 * @throws WorkletError where the page's content security policy forbids `blob:` scripts. The browser's own
 * error is an AbortError that does not mention the policy.
 */
export async function addWorklet(context: AudioContext, source: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    await context.audioWorklet.addModule(url);
  } catch (cause) {
    throw new WorkletError("The browser refused the audio worklet", { cause });
  } finally {
    URL.revokeObjectURL(url);
  }
}
