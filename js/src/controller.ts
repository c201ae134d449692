/**
 * One conversation on this page: joins link, microphone, peer and voice, and shows them as signals.
 *
 * One controller serves all views of a widget. It lives while a view is on the page; without one the
 * microphone, the media and the socket go.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { applyDevices } from "./apply_devices";
import { Microphone } from "./audio/microphone";
import { MICROPHONE_FAULTS } from "./audio/source";
import type { Press } from "./claim";
import { Conversation, type Entry, isRunning } from "./conversation";
import { Devices } from "./devices";
import { ExtrasLoader } from "./extras_loader";
import { Figures } from "./figures";
import { GatewayLink } from "./gateway/link";
import { receive } from "./incoming";
import type { AvatarStream } from "./interop/avatar_stream";
import { onAbort } from "./lifetime";
import { Media } from "./media";
import type { MediaPath, Quality } from "./media_path";
import type { Decision, KernelError, Status, ToKernel } from "./messages";
import { type Model, TraitSignals } from "./model";
import { Notices } from "./notices";
import { OwnPage } from "./own_page";
import { Participation } from "./participation";
import { Presence } from "./presence";
import { PushToTalk } from "./push_to_talk";
import { type Progress, Reconnection } from "./reconnection";
import type { Recorder } from "./recording/recorder";
import type { Peer } from "./rtc/peer";
import { Settings } from "./settings";
import type { Voice } from "./voice";

export class Controller {
  readonly settings: Settings;
  readonly ownPage: OwnPage;
  readonly traits: TraitSignals;
  readonly figures = new Figures((message) => this.link.send(message));
  readonly conversation = new Conversation();
  readonly notices = new Notices();
  readonly link: GatewayLink;
  readonly microphone: Microphone;
  readonly devices: Devices;
  readonly talk: PushToTalk;
  /** What is fetched when it is needed; and of it, what records. */
  readonly extras: ExtrasLoader;
  readonly recorder = signal<Recorder | null>(null);
  /** This page has the media: its microphone is heard, its speaker sounds. */
  readonly owner: ReadonlySignal<boolean>;
  /** Some page has the media. */
  readonly owned: ReadonlySignal<boolean>;
  /** Start was pressed here and has not been answered yet. */
  readonly claiming: ReadonlySignal<boolean>;
  readonly voice: Voice;
  /** The avatar's picture, whichever way it comes; over WebRTC its voice is in the same stream. */
  readonly picture: ReadonlySignal<MediaStream | null>;
  /** The avatar's voice, whichever way it comes and however loud it is heard. */
  readonly sound: ReadonlySignal<MediaStream | null>;
  /** By which way picture and voice come, and why. */
  readonly mediaPath: ReadonlySignal<MediaPath>;
  /** How well they come; null while there are none, or nobody knows. */
  readonly quality: ReadonlySignal<Quality | null>;
  /** How much later than its voice the picture is seen, in milliseconds; null where nobody knows. */
  readonly mediaOffset_ms: ReadonlySignal<number | null>;
  readonly peer: ReadonlySignal<Peer | null>;
  /** The picture stands still, and another is on its way. */
  readonly renewing: ReadonlySignal<boolean>;
  readonly #participation: Participation;
  readonly #presence: Presence;
  readonly #media: Media;
  readonly #reconnection: Reconnection;
  #stream: AvatarStream | null = null;
  #sequence = 0;

  readonly status: ReadonlySignal<Status> = computed(() => {
    const status = this.conversation.status.value ?? this.traits.status.value;
    return this.claiming.value && !isRunning(status) ? "connecting" : status;
  });

  /** What the kernel says is wrong; what pages have told it is shown by those pages themselves. */
  readonly error: ReadonlySignal<KernelError | null> = computed(() => {
    if (this.claiming.value) return null;
    const told = this.conversation.status.value !== null;
    const error = (told ? this.conversation.error : this.traits.error).value;
    return error === null || error.code in this.traits.strings.value.pageError ? null : error;
  });

  readonly running = computed(() => this.link.state.value === "open" && isRunning(this.status.value));

  /** The conversation runs, and this page has its media. */
  readonly joined = computed(() => this.owner.value && this.running.value && !this.claiming.value);

  /** What the person says is not heard. */
  readonly silenced = computed(
    () => this.traits.muted.value || (this.talk.on.value && !this.talk.open.value),
  );

  /** The tries to bring the conversation back; null while there are none, or the kernel is out of reach. */
  readonly reconnection: ReadonlySignal<Progress | null> = computed(() =>
    this.running.value ? this.#reconnection.progress.value : null,
  );

  /** What to show: what the gateway told, or else what the notebook was saved with. */
  readonly entries: ReadonlySignal<readonly Entry[]> = computed(() => {
    const told = this.conversation.entries.value;
    if (told.length > 0 || this.conversation.status.value !== null) return told;
    return this.traits.transcriptTail.value.map((turn) => ({ kind: "turn", turn }));
  });

  constructor(model: Model, life: AbortSignal) {
    const send = (message: ToKernel) => this.link.send(message);
    this.settings = new Settings(model, send, life);
    this.traits = new TraitSignals(this.settings);
    this.ownPage = new OwnPage(send, () => this.link.way.peek());
    this.microphone = new Microphone(
      {
        onBlock: (pcm, captured_at_ms) => this.#sendBlock(pcm, captured_at_ms),
        onFault: ({ code, message }) => this.#pageError(code, message),
        onHeard: () => this.notices.dismiss(...MICROPHONE_FAULTS),
        onReplaced: () => this.#pageError("microphone_replaced", ""),
      },
      life,
    );
    this.devices = new Devices(this.settings, model, life);
    this.link = new GatewayLink(
      model,
      {
        onMessage: (message) => receive(message, receivers),
        onMedia: (frame) => this.#media.take(frame),
        idle: () => this.#participation.idle,
        awaited: () => attentive.peek(),
      },
      life,
    );
    this.#participation = new Participation(
      this.conversation,
      {
        send,
        onRelease: () => this.#release(),
        onJoined: () => this.microphone.state.peek() === "off" && void this.microphone.open(),
      },
      life,
    );
    this.owner = this.#participation.owner;
    this.owned = this.#participation.owned;
    this.claiming = this.#participation.claiming;
    this.#reconnection = new Reconnection(life);
    this.#media = new Media(
      {
        send,
        onFault: (code, message) => this.#pageError(code, message),
        onConnected: () => this.notices.dismiss("webrtc_failed"),
      },
      { owner: this.owner, running: this.running, status: this.status, volume: this.traits.volume },
      life,
    );
    const { calls, picture, sound } = this.#media;
    this.voice = this.#media.voice;
    this.picture = picture;
    this.sound = sound;
    this.mediaPath = this.#media.path;
    this.quality = this.#media.quality;
    this.mediaOffset_ms = this.#media.offset_ms;
    this.peer = calls.peer;
    this.renewing = calls.renewing;
    const attentive = computed(
      () => this.joined.value && !["connecting", "reconnecting"].includes(this.status.value),
    );
    this.talk = new PushToTalk(this.settings, attentive, { send, onBegin: () => this.voice.flush() }, life);
    const { lasting } = this.#participation;
    const recordable = computed(() => lasting.value && isRunning(this.status.value) && !this.claiming.value);
    this.extras = new ExtrasLoader(
      {
        send,
        onThere: (extras) => {
          this.#media.onExtras(extras);
          this.recorder.value = new extras.Recorder({ picture, voice: sound, running: recordable }, life);
          const label = () => this.traits.strings.peek().aiAvatar;
          this.#stream = new extras.AvatarStream({ picture, voice: sound, label }, life);
        },
        onFailed: () => this.notices.addHint(this.traits.strings.peek().extras.failed),
      },
      computed(() => this.link.state.value === "open"),
      life,
    );
    const receivers = {
      conversation: this.conversation,
      participation: this.#participation,
      media: this.#media,
      settings: this.settings,
      figures: this.figures,
      notices: this.notices,
      ownPage: this.ownPage,
      extras: this.extras,
      reconnection: this.#reconnection,
    };
    applyDevices(
      this.devices,
      {
        microphone: this.microphone,
        voice: this.voice,
        told: computed(
          () =>
            this.link.state.value === "open" &&
            this.conversation.status.value !== null &&
            (this.owner.value || !this.owned.value),
        ),
        send,
        onMissing: (code) => this.#pageError(code, ""),
      },
      life,
    );
    onAbort(
      life,
      effect(() => this.microphone.mute(this.silenced.value)),
    );
    // Not before it stands: nothing should hold up the first picture.
    onAbort(
      life,
      effect(() => {
        if (attentive.value) this.extras.want();
      }),
    );
    this.#presence = new Presence(
      this.link,
      {
        onLost: () => this.settings.onLost(),
        onGone: () => {
          this.#participation.leave();
          this.conversation.forgetState();
        },
        onLeft: () => this.#stream?.close(),
      },
      life,
    );
  }

  addView(view: symbol): void {
    this.voice.addView(view);
    this.#presence.addView(view);
  }

  removeView(view: symbol): void {
    this.voice.removeView(view);
    this.#presence.removeView(view);
  }

  start(): void {
    this.#take("start");
  }

  takeOver(): void {
    this.#take("take_over");
  }

  stop(): void {
    this.#participation.end();
  }

  reconnectNow(): void {
    this.link.send({ type: "reconnect_now" });
    this.#reconnection.ask();
  }

  sendText(text: string): void {
    this.link.send({ type: "send_text", text });
  }

  interrupt(): void {
    this.link.send({ type: "interrupt" });
    this.voice.flush();
  }

  decide(call_id: string, decision: Decision): void {
    this.link.send({ type: "approve", call_id, decision });
  }

  /** The person's word on whether the kernel may record what is said. */
  mayRecord(agreed: boolean): void {
    this.link.send({ type: "may_record", agreed });
  }

  /** End what the kernel records. */
  stopRecording(): void {
    this.link.send({ type: "stop_recording" });
  }

  /** The avatar as a stream for others on this page; `frames` per second, 0 for the voice alone. */
  async captureStream(frames?: number): Promise<MediaStream | undefined> {
    await this.extras.need();
    return this.#stream?.capture(frames);
  }

  /** After a refusal: ask for the microphone again, within the running conversation. */
  retryMicrophone(): void {
    this.notices.dismiss(...MICROPHONE_FAULTS);
    void this.microphone.open();
  }

  /** A picture of the avatar was presented, at this `performance.now()` time. */
  reportFirstFrame(presented_ms: number): void {
    const elapsed_ms = this.#participation.takeElapsed(presented_ms);
    if (elapsed_ms === null) return;
    this.link.send({ type: "first_frame", elapsed_ms });
  }

  #take(press: Press): void {
    if (this.link.state.peek() !== "open") return;
    this.notices.clear();
    this.voice.unlock();
    this.#participation.ask(press);
    void this.microphone.open();
  }

  /** Let go of everything that hears, sees or sounds. */
  #release(): void {
    this.#participation.forgetClaim();
    this.#reconnection.clear();
    this.microphone.close();
    this.#media.close();
  }

  #sendBlock(pcm: ArrayBuffer, captured_at_ms: number): void {
    if (!this.joined.peek()) return;
    this.recorder.peek()?.hear(pcm);
    this.link.sendAudio({ sequence: this.#sequence++, captured_at_ms, pcm });
  }

  #pageError(code: Parameters<Notices["addPage"]>[0], message: string): void {
    this.notices.addPage(code);
    this.link.send({ type: "page_error", code, message });
  }
}
