from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from av import CodecContext, Packet, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.picture_encoder import VIDEO_STEP
from navtalk_widget.local.rtc.tracks import (
    AUDIO_CATCH_UP,
    AUDIO_STEP,
    PICTURE_HELD,
    FaceTrack,
    Pace,
    VoiceTrack,
)


class Clock:
    """Stands still unless moved, so that nothing here depends on how fast the machine is."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Stamped:
    """A face as bright as the position it is asked for, in seconds."""

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        return np.full((600, 320), 100 + position // SAMPLE_RATE, dtype=np.uint8)


def decoded(packets: Iterable[Packet[Any]]) -> NDArray[np.int16]:
    """The left channel at 48 kHz."""
    codec = CodecContext.create("libopus", "r")
    codec.format = "s16"
    frames = [frame.to_ndarray() for packet in packets for frame in codec.decode(packet)]
    return np.asarray(np.concatenate(frames, axis=1).ravel()[::2], dtype=np.int16)


def tone(seconds: float) -> SpokenPiece:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return SpokenPiece("tone", np.asarray(10_000 * np.sin(2 * np.pi * 440 * t), dtype=np.int16), (), ())


async def test_frames_are_stamped_with_the_positions_of_the_clock() -> None:
    clock = Clock()
    playout = Playout(clock)
    clock.now = 2.0
    voice = await VoiceTrack(playout).recv()
    face = await FaceTrack(playout, Stamped()).recv()
    assert voice.pts is not None
    assert face.pts is not None
    assert voice.pts * voice.time_base == face.pts * face.time_base == 2.0
    (picture,) = CodecContext.create("libvpx", "r").decode(face)
    assert isinstance(picture, VideoFrame)
    assert (picture.width, picture.height, picture.format.name) == (320, 400, "yuv420p")
    assert picture.to_ndarray()[0, 0] == pytest.approx(102, abs=1)


async def test_pictures_are_encoded_as_the_viewer_wants_them() -> None:
    track = FaceTrack(Playout(), Stamped(), codec=lambda: "h264")
    packets = [await track.recv(), await track.recv()]
    track.want_key_frame()
    packets.append(await track.recv())
    assert [packet.is_keyframe for packet in packets] == [True, False, True]
    assert CodecContext.create("h264", "r").decode(packets[2]) is not None


async def test_a_viewer_who_asks_for_key_frames_all_the_time_gets_a_few() -> None:
    track = FaceTrack(Playout(), Stamped())
    packets = []
    for _ in range(20):
        track.want_key_frame()
        packets.append(await track.recv())
    keys = [packet.pts for packet in packets if packet.is_keyframe and packet.pts is not None]
    assert len(keys) > 1
    assert all(later - earlier >= 27_000 for earlier, later in pairwise(keys))


async def test_what_has_been_sent_is_told_when_the_next_frame_is_asked_for() -> None:
    sent: list[int] = []
    track = VoiceTrack(Playout(), on_sent=sent.append)
    first = await track.recv()
    assert sent == []
    await track.recv()
    assert sent == [first.pts]


async def test_the_first_voice_can_be_left_out() -> None:
    playout = Playout()
    packet = await VoiceTrack(playout, waits=SAMPLE_RATE // 10).recv()
    assert packet.pts is not None
    assert packet.pts > SAMPLE_RATE // 10 - AUDIO_STEP


async def test_the_stamps_go_up_in_equal_steps() -> None:
    clock = Clock()
    track = VoiceTrack(Playout(clock))
    stamps = []
    for _ in range(6):
        stamps.append((await track.recv()).pts)
        clock.now += 0.02
    assert [after - before for before, after in pairwise(s for s in stamps if s is not None)] == [AUDIO_STEP] * 5


async def test_a_frame_is_not_handed_out_before_its_time() -> None:
    playout = Playout()
    track = FaceTrack(playout, Stamped())
    for _ in range(4):
        frame = await track.recv()
        assert frame.pts is not None
        assert playout.position >= frame.pts * SAMPLE_RATE // 90_000 + PICTURE_HELD


async def test_a_short_stall_is_made_up_for_without_losing_sound() -> None:
    clock = Clock()
    playout = Playout(clock)
    pace = Pace(playout, step=AUDIO_STEP, catch_up=AUDIO_CATCH_UP)
    first = await pace.next()
    clock.now += 0.09
    assert [await pace.next() for _ in range(4)] == [first + i * AUDIO_STEP for i in range(1, 5)]


async def test_a_long_stall_is_skipped_and_no_burst_follows() -> None:
    clock = Clock()
    playout = Playout(clock)
    pace = Pace(playout, step=AUDIO_STEP, catch_up=AUDIO_CATCH_UP)
    await pace.next()
    clock.now += 5.0
    assert await pace.next() == 5 * SAMPLE_RATE
    clock.now += 0.001
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(pace.next(), 0.005)


async def test_the_voice_is_silent_unless_something_is_said() -> None:
    clock = Clock()
    playout = Playout(clock)
    track = VoiceTrack(playout)
    silence = [await track.recv()]
    clock.now += 0.02
    playout.say(tone(1.0))
    clock.now += 0.1
    voice = [await track.recv() for _ in range(5)]
    assert not decoded(silence).any()
    assert np.abs(decoded(voice)).max() > 9_000


async def test_nothing_is_lost_or_doubled_between_frames() -> None:
    clock = Clock()
    playout = Playout(clock)
    track = VoiceTrack(playout)
    playout.say(tone(1.0))
    packets = []
    for _ in range(40):
        packets.append(await track.recv())
        clock.now += 0.02
    sound = decoded(packets)[2_000:-2_000].astype(float)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    peak = int(spectrum.argmax())
    # Were one sample lost, it would be a 134th.
    assert np.delete(spectrum, range(peak - 5, peak + 6)).max() < spectrum[peak] / 200


async def test_a_stopped_track_hands_out_nothing_more() -> None:
    playout = Playout()
    for track in (VoiceTrack(playout), FaceTrack(playout, Stamped())):
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()


def test_video_frames_start_together_with_audio_frames() -> None:
    assert VIDEO_STEP % AUDIO_STEP == 0
