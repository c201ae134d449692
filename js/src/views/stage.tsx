/**
 * The face: video, what stands in for it, the label, the captions over it.
 *
 * A video that ends amid the conversation leaves its last picture, until another is there to take its place.
 */

import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { soundOn } from "../audio/speaker";
import { isRunning } from "../conversation";
import { domErrorName } from "../dom_error";
import { Button } from "./button";
import { Captions } from "./captions";
import { useCharacterName, useController, useStrings, useView } from "./context";
import { Silhouette, VolumeIcon } from "./icons";
import { Invitation } from "./invitation";
import { KernelRecordingSign } from "./recording_sign";
import { Toast } from "./toast";

export function Stage() {
  const controller = useController();
  const strings = useStrings();
  const name = useCharacterName();
  const recorder = controller.recorder.value;
  const Recording = controller.extras.there.value;
  const shown = useSignal<MediaStream | null>(null);
  const kept = useSignal(false);
  const picture = useRef<HTMLCanvasElement>(null);
  const stream = controller.picture.value;
  const visible = stream !== null && shown.value === stream;
  const status = controller.status.value;
  const here = controller.owner.value && isRunning(status);
  const awaited = status === "reconnecting" || controller.voice.path.value !== "gateway";
  const held = here && awaited && kept.value;

  useEffect(() => {
    if (!here) kept.value = false;
  }, [here]);

  return (
    <div class="nt-stage" data-video={visible ? "shown" : held ? "held" : "none"} data-status={status}>
      <canvas ref={picture} class="nt-picture" role="img" aria-label={name} hidden={!held} />
      {stream !== null && (
        <Video
          key={stream.id}
          stream={stream}
          onFirstFrame={() => (shown.value = stream)}
          onEnd={(video) => {
            if (picture.current !== null && drawPicture(video, picture.current)) kept.value = true;
          }}
        />
      )}
      {!visible && !held && (
        <div class="nt-standin" data-status={status}>
          <div class="nt-portrait">
            <Silhouette />
          </div>
          <p class="nt-name">{name}</p>
          {isRunning(status) && controller.voice.path.value === "gateway" && (
            <p class="nt-voice-only">{strings.voiceOnly}</p>
          )}
        </div>
      )}
      <div class="nt-chips" aria-live="polite">
        <span class="nt-chip">{strings.aiAvatar}</span>
        {Recording && recorder && <Recording.RecordingSign recorder={recorder} />}
        <KernelRecordingSign />
      </div>
      {controller.voice.blocked.value && <PlaySound />}
      <Captions />
      <Toast />
      <Invitation />
    </div>
  );
}

interface VideoProps {
  stream: MediaStream;
  onFirstFrame: () => void;
  /** Called while the last picture is still to be had. */
  onEnd: (video: HTMLVideoElement) => void;
}

function Video({ stream, onFirstFrame, onEnd }: VideoProps) {
  const { controller, view, face } = useView();
  const video = useRef<HTMLVideoElement>(null);
  const name = useCharacterName();
  const sounds = controller.voice.sounds(view);
  const blocked = controller.voice.blocked.value;
  const volume = controller.voice.ducked.value ? 0 : controller.traits.volume.value;

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = stream;
    const frame = element.requestVideoFrameCallback((_now, { presentationTime }) => {
      controller.reportFirstFrame(presentationTime);
      face.value = element;
      onFirstFrame();
    });
    const unfollow = effect(() => {
      if (controller.picture.value !== stream) onEnd(element);
    });
    return () => {
      unfollow();
      if (face.peek() === element) face.value = null;
      element.cancelVideoFrameCallback(frame);
      element.srcObject = null;
    };
  }, [stream]);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.muted = !sounds || blocked;
    void play(element, () => controller.voice.trackBlocked());
  }, [stream, sounds, blocked]);

  useEffect(() => {
    if (video.current === null) return;
    video.current.volume = volume;
    if (sounds) controller.voice.trackSilenced();
  }, [stream, volume]);

  useEffect(() => {
    if (video.current !== null) void soundOn(video.current, controller.devices.speaker.value);
  }, [stream, controller.devices.speaker.value]);

  // biome-ignore lint/a11y/useMediaCaption: our captions are drawn over it, as words arrive
  return <video ref={video} class="nt-video" playsInline autoPlay aria-label={name} />;
}

/** Keep what a video shows: browsers paint it black as soon as its tracks end. False when it shows nothing yet. */
function drawPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return false;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return true;
}

/** Start playing; a browser that wants a click first gets to show the face without sound. */
async function play(element: HTMLVideoElement, onBlocked: () => void): Promise<void> {
  try {
    await element.play();
  } catch (error) {
    // The other cause, an AbortError, only says that the video was taken away again.
    if (domErrorName(error) === "NotAllowedError" && !element.muted) onBlocked();
  }
}

function PlaySound() {
  const controller = useController();
  return (
    <Button kind="nt-primary nt-play-sound" onClick={() => controller.voice.unlock()}>
      <VolumeIcon level={1} />
      {useStrings().playSound}
    </Button>
  );
}
