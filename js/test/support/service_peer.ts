/** The service's end of a WebRTC conversation, in this page: offers a drawn face and a tone. */

import type { ToKernel } from "../../src/messages";

export interface ServicePeerOptions {
  audio?: boolean;
  configuration?: RTCConfiguration;
  draw?: (context: CanvasRenderingContext2D, frame: number) => void;
}

export class ServicePeer {
  readonly connection: RTCPeerConnection;
  readonly candidates: RTCIceCandidateInit[] = [];
  onCandidate: (candidate: RTCIceCandidateInit) => void = (candidate) => this.candidates.push(candidate);
  readonly #canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 400 });
  readonly #tone: AudioContext | null;
  readonly #drawing: ReturnType<typeof setInterval>;

  constructor({ audio = true, configuration = {}, draw = plainFace }: ServicePeerOptions = {}) {
    this.connection = new RTCPeerConnection(configuration);
    const context = this.#canvas.getContext("2d");
    if (context === null) throw new Error("this browser draws no canvas");
    let frame = 0;
    draw(context, frame);
    this.#drawing = setInterval(() => draw(context, ++frame), 33);
    const stream = this.#canvas.captureStream(30);
    // A busy browser sends fewer pictures then, and none that are smaller.
    for (const track of stream.getVideoTracks()) track.contentHint = "detail";
    this.#tone = audio ? addTone(stream) : null;
    for (const track of stream.getTracks()) this.connection.addTrack(track, stream);
    this.connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null) this.onCandidate(candidate.toJSON());
    });
  }

  async offer(): Promise<{ type: "offer"; sdp: string }> {
    const offer = await this.connection.createOffer();
    await this.connection.setLocalDescription(offer);
    return { type: "offer", sdp: offer.sdp ?? "" };
  }

  /** What the page sends in answer to the offer; a candidate may be on its way when the service has hung up. */
  async take(message: ToKernel): Promise<void> {
    if (this.connection.signalingState === "closed") return;
    if (message.type === "answer") await this.connection.setRemoteDescription(message.sdp);
    else if (message.type === "ice_candidate") await this.connection.addIceCandidate(message.candidate);
  }

  async close(): Promise<void> {
    clearInterval(this.#drawing);
    this.connection.close();
    if (this.#tone !== null && this.#tone.state !== "closed") await this.#tone.close();
  }
}

function addTone(stream: MediaStream): AudioContext {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 440 });
  const output = new MediaStreamAudioDestinationNode(context);
  tone.connect(output);
  tone.start();
  for (const track of output.stream.getAudioTracks()) stream.addTrack(track);
  return context;
}

function plainFace(context: CanvasRenderingContext2D, frame: number): void {
  context.fillStyle = frame % 2 === 0 ? "#7aa" : "#8bb";
  context.fillRect(0, 0, 320, 400);
}
