"""An avatar that answers nothing and says what it is sent: transparency mode, and audioBack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.engines.language import spoken_language
from navtalk_widget.engines.responder import Message, ResponseRequest
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.local.avatar.life.motion import Mood
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.answer import AHEAD_S
from navtalk_widget.local.talk.refusal import Refuse
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.local.talk.verbatim import BLOCK_SAMPLES, pieces_of, read_verbatim
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event

logger = logging.getLogger(__name__)

MAX_AHEAD_S = 300.0
"""How much sound may wait to be said. Clients send in real time, but one that has the whole of a speech may send it at
once; 5 minutes are 14 MB. Policy: sound beyond is refused and lost, the client is told once until there is room."""

MAX_TEXTS = 16
"""Texts that may wait to be said; more are refused."""

LEAD_S = 0.12
"""Silence before sound that comes when nothing is being said: the next block is late now and then."""


class Mirror:
    """Gives the avatar the client's sound as its voice, and texts that the client wants said.

    Args:
        speaker: gives texts a voice.
        config: the avatar's own settings, of which its voice is used.
        playout: plays it.
        refuse: tells the client that something cannot be done.
        on_configured: called in the loop when it begins, for there is nothing to set up.
    """

    def __init__(
        self,
        playout: Playout,
        *,
        speaker: Speaker,
        config: SessionConfig,
        refuse: Refuse,
        on_configured: Callable[[], None],
    ) -> None:
        self.configured = False
        self._speaker = speaker
        self._voice = config.voice
        self._texts: asyncio.Queue[str] = asyncio.Queue(MAX_TEXTS)
        self._playout = playout
        self._refuse = refuse
        self._on_configured = on_configured
        self._rest = np.zeros(0, dtype=np.int16)
        self._is_full = False
        self._forgotten = 0  # times that the client had all dropped
        self._closed = asyncio.Event()

    @property
    def mood(self) -> Mood:
        """What the avatar is doing, as far as its face shows it."""
        return "speaking" if self._playout.speaking else "idle"

    def begin(self) -> None:
        """Be ready at once; no session is announced."""
        self.configured = True
        self._on_configured()

    async def run(self) -> None:
        """Say what texts come until the conversation is closed."""
        saying = asyncio.create_task(self._say_texts(), name="mirror")
        closed = asyncio.create_task(self._closed.wait())
        try:
            await asyncio.wait([saying, closed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            saying.cancel()
            closed.cancel()
            results = await asyncio.gather(saying, closed, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]

    async def close(self) -> None:
        """End."""
        self._closed.set()

    async def handle(self, event: Event) -> None:
        """Do what the client asks. Nothing is confirmed; settings are taken, though there is nothing to set."""
        match event:
            case events.InputAudioBufferAppend():
                try:
                    self._add(from_bytes(event.audio), event.event_id)
                except ValueError as error:
                    self._refuse("invalid_value", f"audio: {error}.", event.event_id)
            case events.InputAudioBufferCommit():
                self._say_rest()
            case events.InputAudioBufferClear():
                self._forget()
            case events.ResponseCreate(response=wanted):
                self._say_verbatim(wanted or {}, event.event_id)
            case events.ResponseCancel():
                self._forget()
            case events.SessionUpdate() | events.InputConfig() | events.InputFunctionCall():
                pass
            case _:
                message = f"{events.name_of(event)!r} has no effect here: the avatar only says what it is sent."
                self._refuse("invalid_event", message, event.event_id)

    def _say_verbatim(self, wanted: Mapping[str, Any], event_id: str | None) -> None:
        try:
            verbatim = read_verbatim(wanted)
        except ConfigurationError as error:
            self._refuse("invalid_value", error.message, event_id)
            return
        if verbatim is None:
            self._refuse("invalid_event", "The avatar only says what it is sent: give say or say_audio.", event_id)
        elif not verbatim.text:
            self._add(verbatim.sound, event_id)
            self._say_rest()
        elif self._texts.full():
            self._refuse("too_many_texts", f"No more than {MAX_TEXTS} texts may wait to be said.", event_id)
        else:
            self._texts.put_nowait(verbatim.text)

    async def _say_texts(self) -> None:
        while True:
            text = await self._texts.get()
            began = self._forgotten
            language = spoken_language(ResponseRequest((Message("user", text),)))
            try:
                async with aclosing(self._speaker.speak(text, voice=self._voice, language=language)) as pieces:
                    async for piece in pieces:
                        await asyncio.sleep(max(0.0, self._playout.seconds_left - AHEAD_S))
                        if began != self._forgotten:
                            break
                        self._playout.say(piece)
            except Exception as error:
                # A voice may be the user's own code, which fails in any way it likes; the conversation goes on.
                logger.error("a text was not spoken", exc_info=error)
                told = error.message if isinstance(error, NavTalkError) else f"{type(error).__name__}: {error}"
                self._refuse("synthesis_failed", told, None)

    def _forget(self) -> None:
        """Fall silent, and drop what waits."""
        self._forgotten += 1
        while not self._texts.empty():
            self._texts.get_nowait()
        self._rest = self._rest[:0]
        self._is_full = False
        self._playout.flush()

    def _say_rest(self) -> None:
        rest, self._rest = self._rest, self._rest[:0]
        self._say(rest)

    def _add(self, samples: NDArray[np.int16], event_id: str | None) -> None:
        if self._playout.seconds_left + samples.size / SAMPLE_RATE > MAX_AHEAD_S:
            if not self._is_full:
                message = f"No more than {MAX_AHEAD_S:.0f} s of sound may wait to be said; send it in real time."
                self._refuse("input_audio_buffer_full", message, event_id)
            self._is_full = True
            return
        self._is_full = False
        samples = np.concatenate((self._rest, samples))
        whole = samples.size - samples.size % BLOCK_SAMPLES
        self._rest = samples[whole:].copy()
        self._say(samples[:whole])

    def _say(self, samples: NDArray[np.int16]) -> None:
        if not samples.size:
            return
        if not self._playout.speaking:
            silence = np.zeros(round(LEAD_S * SAMPLE_RATE), dtype=np.int16)
            self._playout.say(SpokenPiece("", silence, (), ()), joined=True)
        for piece in pieces_of(samples):
            self._playout.say(piece, joined=True)
