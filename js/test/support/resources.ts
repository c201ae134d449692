/** Everything that a page can leave behind, counted: tracks, audio contexts, sockets, peer connections, decoders. */

import { vi } from "vitest";

export interface Resources {
  microphoneTracks: MediaStreamTrack[];
  contexts: AudioContext[];
  sockets: WebSocket[];
  peers: RTCPeerConnection[];
  decoders: VideoDecoder[];
}

/** Watch what is made from now on; `vi.restoreAllMocks` and `vi.unstubAllGlobals` end it. */
export function watchResources(): Resources {
  const resources: Resources = { microphoneTracks: [], contexts: [], sockets: [], peers: [], decoders: [] };
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  vi.spyOn(navigator.mediaDevices, "getUserMedia").mockImplementation(async (constraints) => {
    const stream = await getUserMedia(constraints);
    resources.microphoneTracks.push(...stream.getTracks());
    return stream;
  });
  vi.stubGlobal("AudioContext", recording(AudioContext, resources.contexts));
  vi.stubGlobal("WebSocket", recording(WebSocket, resources.sockets));
  vi.stubGlobal("RTCPeerConnection", recording(RTCPeerConnection, resources.peers));
  vi.stubGlobal("VideoDecoder", recording(VideoDecoder, resources.decoders));
  return resources;
}

export function leftovers(resources: Resources): string[] {
  return [
    ...resources.microphoneTracks
      .filter(({ readyState }) => readyState !== "ended")
      .map(() => "microphone track"),
    ...resources.contexts.filter(({ state }) => state !== "closed").map(() => "audio context"),
    ...resources.sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).map(() => "socket"),
    ...resources.peers.filter(({ connectionState }) => connectionState !== "closed").map(() => "peer"),
    ...resources.decoders.filter(({ state }) => state !== "closed").map(() => "decoder"),
  ];
}

function recording<T extends object, A extends unknown[]>(
  Type: new (...values: A) => T,
  made: T[],
): new (
  ...values: A
) => T {
  return new Proxy(Type, {
    construct(target, values: A, newTarget) {
      const instance = Reflect.construct(target, values, newTarget) as T;
      made.push(instance);
      return instance;
    },
  });
}
