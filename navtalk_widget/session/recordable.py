"""Recording what is said."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.errors import ConfigurationError, RecordingError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.recording.files import FILM, SOUND, chosen_path, unwritable
from navtalk_widget.recording.film_file import CODECS, FilmFile
from navtalk_widget.recording.recorder import Recorder
from navtalk_widget.recording.recording import Recording
from navtalk_widget.session.connection.link import Link
from navtalk_widget.session.connection.sent_sound import SentSound
from navtalk_widget.session.life import Life
from navtalk_widget.session.news import News, RecordingChanged, TurnChanged
from navtalk_widget.transcript.turn import Recorded, Turn


class Recordable(Life):
    """What both sides say can be kept in a file, and turns know their place in it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._recorder = Recorder(self._recording_ended)
        self._sent_sound = SentSound()
        self.on("voice_flushed", lambda _: self._recorder.cut_voice())
        self.on(events.ResponseCreated.type, self._answer_begins)

    @property
    def recording(self) -> Recording | None:
        """The recording that goes on; None while nothing is recorded."""
        return self._recorder.recording

    def start_recording(
        self, path: str | PathLike[str] | None = None, *, consent: bool = False, video: bool = False
    ) -> Recording:
        """Record what both sides say from now on, over all reconnections, until `stop_recording` or `close`.

        ::

            async with session.start_recording("talk.wav", consent=True) as recording:
                await session.ask("When does the museum open?")
                await session.wait_until_heard()  # an answer is complete before that
            session.transcript[-1].audio("avatar")

        Args:
            path: of the file, which must not be there yet: ``.wav``, or ``.opus`` or ``.ogg``, which take a tenth of
                the space; with the embedded service ``.mp4`` or ``.webm``, with the picture. Or a folder; None for the
                current one.
            consent: that everybody who will be heard has agreed. Nothing is recorded without.
            video: whether a file named here is to have the picture; one that is not ``.mp4`` or ``.webm`` is refused.

        Raises:
            ConfigurationError: nobody has agreed, or it cannot be written there.
            MissingExtraError: the kind of file needs a package.
        """
        if consent is not True:
            raise ConfigurationError(
                "Nothing is recorded without the consent of everybody who will be heard.",
                hint="Ask them; when they agree, pass consent=True.",
            )
        chosen = self.recording_path(path, video=video)
        kind = chosen.suffix.lower()
        try:
            if kind in FILM:
                open_media = functools.partial(self.open_media, CODECS[kind], "recording")
                recording = self._recorder.begin(chosen, FilmFile(chosen), open_media)
            else:
                recording = self._recorder.begin(chosen, SOUND[kind](chosen))
        except OSError as error:
            raise unwritable(chosen, error.strerror or str(error)) from error
        self._publish(RecordingChanged("on", str(chosen), recording.started_at.timestamp()))
        return recording

    def recording_path(self, path: str | PathLike[str] | None = None, *, video: bool = False) -> Path:
        """Where `start_recording` would write to now, if everybody agreed: to be known before they are asked.

        Raises:
            ConfigurationError: nothing can be recorded there, or something is being recorded already.
            MissingExtraError: the kind of file needs a package.
        """
        if self.recording is not None:
            raise ConfigurationError(
                f"{self.recording.path} is being recorded already.", hint="End that by stop_recording() first."
            )
        chosen = chosen_path(path, video=video)
        if chosen.suffix.lower() in FILM and self.service.kind != "local":
            raise ConfigurationError(
                "This service shows its avatar to the page only: there is no picture here that could be recorded.",
                hint="Record the sound, to .wav or .opus; or press Record on the page, which has the picture.",
            )
        return chosen

    async def stop_recording(self) -> Recording | None:
        """End the recording, and finish its file. Returns it; None if there was none.

        Raises:
            RecordingError: its file takes too long to be finished; that goes on.
        """
        return await self._recorder.end()

    async def close(self) -> None:
        """End the conversation and its recording. The transcript stays; `connect` goes on with it."""
        try:
            await super().close()
        finally:  # or what nobody shows any more would go on being recorded
            await self._finish_recording()

    async def _finish_recording(self) -> None:
        try:
            await self.stop_recording()
        except RecordingError as error:
            self.note_error(error)

    # ── both voices ──────────────────────────────────────────────────────────────────────────────────────

    def _begin_conversation(self, spoken: Callable[[str], dict[str, Any]]) -> None:
        super()._begin_conversation(spoken)
        self._recorder.note_delay(0.0)  # what was told of the one before does not hold for it

    def _note_microphone(self, pcm: bytes, captured_at: float | None) -> int:
        ago = None if captured_at is None else time.time() - captured_at
        return self._recorder.hear(_samples(pcm), ago)

    def _voice_placed(self, pcm: bytes, start: int, answer: str) -> None:
        self._recorder.speak(_samples(pcm), start, answer)

    def _answer_begins(self, event: events.ResponseCreated) -> None:
        self._recorder.begin_answer(event.response.id)

    def _received(self, link: Link, event: Event | Any) -> None:
        if link is (self._link or self._opening):
            self._sent_sound = link.sent_sound
        if isinstance(event, events.InputAudioBufferCommitted):
            link.sent_sound.confirmed(event.item_id)
        elif isinstance(event, events.ErrorEvent) and event.error.get("code") == "input_audio_buffer_commit_empty":
            link.sent_sound.refused()
        super()._received(link, event)

    # ── turns and their place ────────────────────────────────────────────────────────────────────────────

    def _publish(self, news: News) -> None:
        if isinstance(news, TurnChanged) and (place := self._place_of(news.turn)) is not None:
            self._turn_facts.learn(news.turn.id, recorded=place)
        super()._publish(news)

    def _place_of(self, turn: Turn) -> Recorded | None:
        if turn.source == "text":
            return None
        said = self._heard_place(turn) if turn.role == "avatar" else self._spoken_place(turn)
        return None if said is None else self._recorder.find(*said)

    def _heard_place(self, turn: Turn) -> tuple[int, int | None] | None:
        span = self._recorder.voice_span(turn.response_id or turn.item_id or "")
        return span if span is None or turn.ended_at is not None else (span[0], None)

    def _spoken_place(self, turn: Turn) -> tuple[int, int | None] | None:
        if turn.audio_start_ms is None:
            return self._sent_sound.turn(turn.item_id or "")
        start = self._sent_sound.place(turn.audio_start_ms)
        if start is None:
            return None
        end = None if turn.audio_end_ms is None else self._sent_sound.place(turn.audio_end_ms, end=True)
        return start, end

    def _recording_ended(self, error: RecordingError | None) -> None:
        self._publish(RecordingChanged("off"))
        if error is not None:
            self.note_error(error)


def _samples(pcm: bytes) -> NDArray[np.int16]:
    """A block of PCM16; half a sample at its end, which no service takes either, is left out."""
    return from_bytes(pcm[: len(pcm) // 2 * 2])
