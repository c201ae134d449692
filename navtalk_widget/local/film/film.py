"""Films of speech: the same voice and face as in a conversation, on a clock that runs as fast as it can be drawn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from os import PathLike, fspath
from types import TracebackType
from typing import TypeAlias

import av
import numpy as np
from av import AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_float32
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.life.motion import LIVELY_REACH
from navtalk_widget.local.playout import Playout

FRAMES_PER_S = 25
STEP = SAMPLE_RATE // FRAMES_PER_S

BEFORE_S, AFTER_S = 0.52, 0.72
"""Whole frames in which the avatar is silent before and after it speaks."""

THINKING_S = 0.24
"""After this the avatar looks up, about to speak; it looks at the viewer before that."""

VOICE_BITRATE = 96_000
QUALITY = "18"
"""x264's constant rate factor: what it leaves out nobody sees."""

_BT601 = 6
"""ITU-T H.273: the primaries and the transfer of the pictures' colours."""

Clocked: TypeAlias = "Callable[[Callable[[], float]], Playout]"


class FilmClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


async def write_film(
    path: str | PathLike[str],
    pieces: AsyncIterator[SpokenPiece],
    face: Face,
    *,
    playout: Clocked = Playout,
    on_progress: Callable[[float], None] | None = None,
) -> float:
    """Write an MP4 file (H.264 and AAC, 25 pictures a second) of a face that speaks.

    Args:
        path: of the file; one that exists is overwritten.
        pieces: what is said, one after another; drawing goes on while the next is made.
        face: who says it.
        playout: makes the clock's playout, of the clock; see `playout_for`.
        on_progress: told, in a worker thread, how many seconds have been drawn.

    Returns:
        The length of the film in seconds.

    Raises:
        OSError: if the file cannot be written.
    """
    clock = FilmClock()
    stage = _Stage(face, playout(clock), clock, on_progress)
    with await asyncio.to_thread(_Film, fspath(path), face.size) as film:
        stage.playout.say(_silence(BEFORE_S))
        async for piece in pieces:
            stage.playout.say(piece)
            # The face reckons with what will be said soon, so the newest part has to wait.
            await asyncio.to_thread(stage.draw, film, stage.playout.ends_at - LIVELY_REACH)
        end = stage.playout.ends_at + round(AFTER_S * SAMPLE_RATE)
        end += -end % STEP
        await asyncio.to_thread(stage.draw, film, end)
        return end / SAMPLE_RATE


class _Stage:
    """Voice and face, and how far they have been drawn."""

    def __init__(
        self, face: Face, playout: Playout, clock: FilmClock, on_progress: Callable[[float], None] | None
    ) -> None:
        self.playout = playout
        self._clock = clock
        self._face = LiveFace(face, playout)
        self._on_progress = on_progress
        self._drawn = 0

    def draw(self, film: _Film, until: int) -> None:
        """Draw all whole frames before a position."""
        while self._drawn + STEP <= until:
            position, self._drawn = self._drawn, self._drawn + STEP
            self._clock.now = position / SAMPLE_RATE
            if position < THINKING_S * SAMPLE_RATE:
                self._face.mood = "idle"
            elif position < BEFORE_S * SAMPLE_RATE:
                self._face.mood = "thinking"
            else:
                self._face.mood = "speaking" if position < self.playout.ends_at else "idle"
            film.add(position, self._face.frame_at(position), self.playout.read(position, STEP))
            if self._on_progress is not None:
                self._on_progress(self._drawn / SAMPLE_RATE)


class _Film:
    """An MP4 file that is being written."""

    def __init__(self, path: str, size: tuple[int, int]) -> None:
        self._container: OutputContainer = av.open(path, "w", format="mp4", options={"movflags": "+faststart"})
        self._video: VideoStream = self._container.add_stream("libx264", rate=FRAMES_PER_S)
        self._video.width, self._video.height = size
        self._video.pix_fmt = "yuv420p"
        self._video.codec_context.time_base = Fraction(1, FRAMES_PER_S)
        self._video.codec_context.colorspace = int(Colorspace.SMPTE170M)
        self._video.codec_context.color_range = int(ColorRange.MPEG)
        self._video.codec_context.color_primaries = self._video.codec_context.color_trc = _BT601
        self._video.options = {"crf": QUALITY, "preset": "fast"}
        self._audio: AudioStream = self._container.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        self._audio.bit_rate = VOICE_BITRATE

    def add(self, position: int, picture: NDArray[np.uint8], sound: NDArray[np.int16]) -> None:
        """Add what is seen and heard from a position on, for `STEP` samples."""
        image = VideoFrame.from_ndarray(picture, format="yuv420p")
        image.pts, image.time_base = position // STEP, Fraction(1, FRAMES_PER_S)
        self._container.mux(self._video.encode(image))
        voice = AudioFrame.from_ndarray(to_float32(sound)[None, :], format="fltp", layout="mono")
        voice.sample_rate, voice.pts, voice.time_base = SAMPLE_RATE, position, Fraction(1, SAMPLE_RATE)
        self._container.mux(self._audio.encode(voice))

    def __enter__(self) -> _Film:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._video.encode(None))
                self._container.mux(self._audio.encode(None))
        finally:
            self._container.close()


def _silence(seconds: float) -> SpokenPiece:
    return SpokenPiece("", np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16), (), ())
