"""Brings both voices to where they belong in a recording, and turns to their place in it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.errors import RecordingError
from navtalk_widget.recording.avatar_line import AvatarLine, silence_before
from navtalk_widget.recording.film_file import FilmFile
from navtalk_widget.recording.media_feed import Media, MediaFeed
from navtalk_widget.recording.microphone_line import MicrophoneLine
from navtalk_widget.recording.recording import Recording, finished
from navtalk_widget.recording.sides import AVATAR, PERSON, SoundFile
from navtalk_widget.recording.writer import Writer
from navtalk_widget.transcript.turn import Recorded

STEP_S = 0.1
"""Seconds between the looks at what of the avatar's voice has been heard meanwhile."""

PAUSE = SAMPLE_RATE // 10
"""Silence in a film's voice after which it begins anew."""

ONSETS = 64
"""Beginnings of a film's voice that are remembered."""

REMEMBERED = 4
"""Recordings in which turns may still be found that are told late."""


class Recorder:
    """Follows both voices, and writes them while there is a recording. Belongs to the session's loop.

    It follows them always: a recording may begin in the midst of a turn, of which the service then tells at which
    millisecond of all its sound it began.

    Args:
        ended: called when a recording has ended, with what went wrong, if anything did.
    """

    def __init__(self, ended: Callable[[RecordingError | None], None]) -> None:
        self._ended = ended
        self._microphone = MicrophoneLine()
        self._voice = AvatarLine()
        self._writer: Writer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._film = False
        self._onsets: deque[int] = deque(maxlen=ONSETS)
        self._delay_s: float | None = 0.0
        self._recordings: deque[Recording] = deque(maxlen=REMEMBERED)
        self._finishing: Future[None] | None = None

    @property
    def recording(self) -> Recording | None:
        """The one that goes on."""
        return self._recordings[-1] if self._writer is not None else None

    def begin(self, path: Path, file: SoundFile, open_media: Callable[[], Awaitable[Media]] | None = None) -> Recording:
        """Record from now on.

        Args:
            path: of the file.
            file: new.
            open_media: of a film: where its pictures come from, and the avatar's voice as it belongs to them.
        """
        loop = asyncio.get_running_loop()
        self._voice.take(_now())  # what was heard before is nobody's business
        self._voice.lost = 0

        def stop() -> Future[None]:
            if _runs_here(loop):
                return self._stop(recording)
            stopped: Future[None] = Future()
            stopped.set_running_or_notify_cancel()
            loop.call_soon_threadsafe(
                lambda: self._stop(recording).add_done_callback(lambda _: stopped.set_result(None))
            )
            return stopped

        recording = Recording(path, _now(), stop)

        def fail(error: Exception) -> None:
            loop.call_soon_threadsafe(self._fail, recording, error)

        self._writer = Writer(file, fail)
        self._recordings.append(recording)
        self._tasks = [asyncio.create_task(self._step(), name="navtalk-recording")]
        if open_media is not None:
            assert isinstance(file, FilmFile)
            feed = MediaFeed(open_media, _Screen(recording, file, self._writer, self._onsets))
            self._tasks.append(asyncio.create_task(feed.run(), name="navtalk-recording-media"))
        self._film = open_media is not None
        self._onsets.clear()
        self._tell_delay()
        return recording

    async def end(self) -> Recording | None:
        """Finish the recording. Returns it; None if there was none.

        Raises:
            RecordingError: its file takes too long to be finished.
        """
        recording = self.recording
        if recording is not None:
            self._stop(recording)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._finishing is not None:
            await finished(self._finishing, self._recordings[-1].path)
        return recording

    # ── the voices ───────────────────────────────────────────────────────────────────────────────────────

    def hear(self, samples: NDArray[np.int16], ago: float | None) -> int:
        """Take in a block of the microphone.

        Args:
            samples: shape (n,).
            ago: seconds since its last sample was captured; None if nobody knows.

        Returns:
            Its place, in samples of the loop's time.
        """
        place = self._microphone.place(samples, _time(), ago)
        self._write(PERSON, place, samples)
        return place

    def speak(self, samples: NDArray[np.int16], received: int, answer: str) -> None:
        """Take in a piece of the avatar's voice, see `AvatarLine.add`."""
        self._heard()
        self._voice.add(samples, received, answer)

    def begin_answer(self, answer: str) -> None:
        """An answer begins, see `AvatarLine.begin`."""
        self._heard()
        self._voice.begin(answer)

    def cut_voice(self) -> None:
        """The avatar is silenced: what has not been heard never will be."""
        now = self._heard()
        self._voice.cut(now)

    def note_delay(self, seconds: float | None) -> None:
        """Note how much later than received the avatar is heard; None if it is not."""
        self._heard()
        self._delay_s = seconds
        self._tell_delay()

    def _tell_delay(self) -> None:
        # A film has voice and picture as the service plays them, wherever they are heard and seen.
        self._voice.note_delay(0.0 if self._film else self._delay_s)

    def voice_span(self, answer: str) -> tuple[int, int] | None:
        """Where an answer is heard, in samples of the loop's time."""
        span = self._voice.span(answer)
        if span is None:
            return None
        # The service plays a voice a little before or after its sound has come another way.
        shift = min((onset - span.sounds for onset in self._onsets), key=abs, default=0)
        shift = shift if abs(shift) < SAMPLE_RATE else 0
        return span.start + shift, span.end + shift

    def find(self, start: int, end: int | None) -> Recorded | None:
        """Where in a recording something was said.

        Args:
            start: its beginning, in samples of the loop's time.
            end: its end; None while it goes on.
        """
        self._heard()  # so that what is said to be there, is
        for recording in self._recordings:
            over = recording.origin + recording.samples if not recording.active else None
            if (end is not None and end <= recording.origin) or (over is not None and start >= over):
                continue
            until = end if over is None else min(over, end if end is not None else over)
            return Recorded(
                path=str(recording.path),
                start_ms=_milliseconds(max(0, start - recording.origin)),
                end_ms=None if until is None else _milliseconds(until - recording.origin),
            )
        return None

    # ── time passes ──────────────────────────────────────────────────────────────────────────────────────

    async def _step(self) -> None:
        while True:
            await asyncio.sleep(STEP_S)
            self._heard()

    def _heard(self) -> int:
        """Write what has been heard of the avatar until now. Returns now."""
        now = _now()
        for start, samples in self._voice.take(now):
            if not self._film:
                self._write(AVATAR, start, samples)
        if self._writer is not None:
            recording = self._recordings[-1]
            end = max(recording.samples, now - recording.origin)
            recording.samples = end
            recording.lost_s = (self._writer.lost + self._voice.lost) / SAMPLE_RATE
            self._writer.extend(end)
        return now

    def _write(self, side: int, place: int, samples: NDArray[np.int16]) -> None:
        if self._writer is None:
            return
        recording = self._recordings[-1]
        start = place - recording.origin
        before = min(samples.size, max(0, -start))
        if before < samples.size:
            self._writer.write(side, start + before, samples[before:])
            recording.samples = max(recording.samples, start + samples.size)

    def _stop(self, recording: Recording, error: RecordingError | None = None) -> Future[None]:
        if recording.active and self._writer is not None:
            self._heard()
            recording.active = self._film = False
            for task in self._tasks:
                task.cancel()
            self._finishing = self._writer.close()
            self._writer = None
            self._tell_delay()
            self._ended(error)
        assert self._finishing is not None
        return self._finishing

    def _fail(self, recording: Recording, error: Exception) -> None:
        cause = (error.strerror or error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        words = f"The recording {recording.path} ended: {cause}."
        self._stop(
            recording, RecordingError(words, hint="What was written before is kept; free space, and record anew.")
        )


class _Screen:
    """Has a film's media written."""

    def __init__(self, recording: Recording, film: FilmFile, writer: Writer, onsets: deque[int]) -> None:
        self._onsets = onsets
        self._sounded = 0
        self._recording = recording
        self._film = film
        self._writer = writer

    def show(self, place: int, picture: bytes, *, key_frame: bool) -> bool:
        """Take a picture."""
        at = place - self._recording.origin
        return self._writer.put(lambda: self._film.show(at, picture, key_frame=key_frame))

    def play(self, place: int, samples: NDArray[np.int16]) -> None:
        """Take a piece of voice."""
        if samples.any():
            begins = place + silence_before(samples)
            if begins - self._sounded > PAUSE:
                self._onsets.append(begins)
            self._sounded = place + samples.size
        if place >= self._recording.origin:
            self._writer.write(AVATAR, place - self._recording.origin, samples)


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:  # none runs in this thread
        return False


def _time() -> float:
    return asyncio.get_running_loop().time()


def _now() -> int:
    return round(_time() * SAMPLE_RATE)


def _milliseconds(samples: int) -> float:
    return 1000 * samples / SAMPLE_RATE
