"""An hour of talk, on a clock that runs as fast as the encoders allow, and past whatever the loop was held up by."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
from av import AudioFrame, CodecContext, Packet, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.test_card import INTERVAL, LENGTH, WHITE, BeepingPlayout, TestCard
from navtalk_widget.local.rtc.picture_encoder import VIDEO_RATE, VIDEO_STEP
from navtalk_widget.local.rtc.tracks import AUDIO_CATCH_UP, AUDIO_STEP, PICTURE_HELD, FaceTrack, VoiceTrack

HOUR = 3_600 * SAMPLE_RATE
SIZE = (32, 40)
END = 10 * INTERVAL
"""The end of the hour, during which nothing holds the loop up."""

LATE = AUDIO_CATCH_UP + PICTURE_HELD + VIDEO_STEP
"""Samples by which a frame may leave after its moment when the loop was held up just then."""


class FastPlayout(BeepingPlayout):
    """Its time passes only while somebody waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(clock=lambda: self.now)

    async def reach(self, position: int) -> None:
        self.now = max(self.now, (position + 0.5) / SAMPLE_RATE)


async def test_an_hour_of_talk_ends_as_much_in_step_as_it_began() -> None:
    playout = FastPlayout()
    voice, face = VoiceTrack(playout), FaceTrack(playout, LiveFace(TestCard(SIZE), playout))
    chance = random.Random(7)
    words = SpokenPiece("words", np.full(10 * SAMPLE_RATE, 300, np.int16), (), ())
    heard: list[tuple[int, Packet[Any]]] = []
    seen: list[tuple[int, Packet[Any]]] = []
    while playout.position < HOUR or len(seen) < END // VIDEO_STEP:
        if playout.seconds_left < 1.0:
            playout.say(words)
        for packet in (await voice.recv(), await voice.recv()):
            assert packet.pts is not None
            assert 0 <= playout.position - packet.pts <= LATE
            heard.append((packet.pts, packet))
        packet = await face.recv()
        assert packet.pts is not None
        position = packet.pts * SAMPLE_RATE // VIDEO_RATE
        assert 0 <= playout.position - position <= LATE
        seen.append((position, packet))
        if playout.position < HOUR - END and chance.random() < 0.01:  # something else needs the processor
            playout.now += chance.choice([0.03, 0.1, 0.4, 120.0])
            heard.clear()
            seen.clear()
            face.want_key_frame()
    beeps, flashes = _beeps(heard), _flashes(seen)
    assert min(len(beeps), len(flashes)) >= 8
    for beep, flash in zip(beeps[-8:], flashes[-8:], strict=True):
        assert abs(beep - flash) <= 0.005 * SAMPLE_RATE  # Opus itself delays by 2.5 ms


def _beeps(packets: list[tuple[int, Packet[Any]]]) -> list[int]:
    """The positions at which beeps begin, by the stamps."""
    codec = CodecContext.create("libopus", "r")
    codec.format = "s16"
    sound: dict[int, NDArray[np.int16]] = {}
    for position, packet in packets:
        for frame in codec.decode(packet):
            assert isinstance(frame, AudioFrame)
            sound[position] = np.abs(frame.to_ndarray().ravel()[::2].astype(np.int32))
    begins = []
    quiet_since = next(iter(sound)) - LENGTH
    for position, samples in sound.items():
        (loud,) = np.nonzero(samples > 5_000)
        if loud.size:
            if position - quiet_since > LENGTH:
                begins.append(position + int(loud[0]) * SAMPLE_RATE // 48_000)
            quiet_since = position + AUDIO_STEP
    return begins


def _flashes(packets: list[tuple[int, Packet[Any]]]) -> list[int]:
    """The positions of the first white picture of each flash, by the stamps."""
    codec = CodecContext.create("libvpx", "r")
    bright: dict[int, bool] = {}
    for position, packet in packets:
        for frame in codec.decode(packet):
            assert isinstance(frame, VideoFrame)
            bright[position] = frame.to_ndarray()[: SIZE[1]].mean() > (WHITE - 40)
    positions = list(bright)
    return [position for before, position in pairwise(positions) if bright[position] and not bright[before]]
