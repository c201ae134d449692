/** The names an AudioWorklet's global scope has; TypeScript's DOM library knows only the page's. */

export interface WorkletProcessor {
  readonly port: MessagePort;
}

interface WorkletScope {
  AudioWorkletProcessor: new () => WorkletProcessor;
  registerProcessor(name: string, processor: new () => WorkletProcessor): void;
  readonly sampleRate: number;
  readonly currentTime: number;
}

export const scope = globalThis as unknown as WorkletScope;

export const Processor: new () => WorkletProcessor = scope.AudioWorkletProcessor;
