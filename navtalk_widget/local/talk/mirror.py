"""An avatar that answers nothing and says what it is sent: transparency mode, and audioBack."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.motion import Mood
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.speech.loudness import SHAPE_S, phonemes_by_loudness
from navtalk_widget.local.talk.refusal import Refuse
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event

MAX_AHEAD_S = 300.0
"""How much sound may wait to be said. Clients send in real time, but one that has the whole of a speech may send it at
once; 5 minutes are 14 MB. Policy: sound beyond is refused and lost, the client is told once until there is room."""

LEAD_S = 0.12
"""Silence before sound that comes when nothing is being said: the next block is late now and then."""

BLOCK_SAMPLES = round(SHAPE_S * SAMPLE_RATE)
"""Sound is said in whole blocks of this size; a shorter rest waits for more, or for `input_audio_buffer.commit`."""

PIECE_SAMPLES = 25 * BLOCK_SAMPLES
"""Sound is scheduled in pieces of a second at most, for the face looks through all of a piece at each picture."""


class Mirror:
    """Gives the avatar the client's sound as its voice.

    Args:
        playout: plays it.
        refuse: tells the client that something cannot be done.
        on_configured: called in the loop when it begins, for there is nothing to set up.
    """

    def __init__(self, playout: Playout, *, refuse: Refuse, on_configured: Callable[[], None]) -> None:
        self.configured = False
        self._playout = playout
        self._refuse = refuse
        self._on_configured = on_configured
        self._rest = np.zeros(0, dtype=np.int16)
        self._is_full = False
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
        """Wait until the conversation is closed."""
        await self._closed.wait()

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
                rest, self._rest = self._rest, self._rest[:0]
                self._say(rest)
            case events.InputAudioBufferClear():
                self._rest = self._rest[:0]
                self._is_full = False
                self._playout.flush()
            case events.SessionUpdate() | events.InputConfig() | events.InputFunctionCall():
                pass
            case _:
                message = f"{events.name_of(event)!r} has no effect here: the avatar only says what it is sent."
                self._refuse("invalid_event", message, event.event_id)

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
        for start in range(0, samples.size, PIECE_SAMPLES):
            piece = samples[start : start + PIECE_SAMPLES]
            self._playout.say(SpokenPiece("", piece, phonemes_by_loudness(piece), ()), joined=True)
