/** A worklet script as text, ready for a Blob URL (see worklets.mjs). */
declare module "*?worklet" {
  const source: string;
  export default source;
}
