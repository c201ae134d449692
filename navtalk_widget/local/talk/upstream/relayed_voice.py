"""A backend's voice as the avatar's: played as it comes, with a mouth made from the sound, and cut when spoken into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.verbatim import BLOCK_SAMPLES, pieces_of

MAX_AHEAD_S = 300.0
"""How much voice may wait to be played. Backends make it faster than it plays; sound beyond is lost."""

LEAD_S = 0.12
"""Silence before a voice that begins: the next block is late now and then."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A message of which not all was heard: what `conversation.item.truncate` says."""

    item_id: str
    content_index: int
    audio_end_ms: int


@dataclass(slots=True)
class _Message:
    """The voice of one message: what came of it, and where it is on the playout's clock."""

    item_id: str
    content_index: int
    rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, dtype=np.int16))
    spans: list[tuple[int, int]] = field(default_factory=list)


class RelayedVoice:
    """Plays the voice of one conversation's answers.

    Args:
        playout: of the conversation.
    """

    def __init__(self, playout: Playout) -> None:
        self._playout = playout
        self._messages: list[_Message] = []
        self._words = ""

    def write(self, words: str) -> None:
        """Tell the words of sound that is about to come, for the face to follow."""
        self._words += words

    def add(self, item_id: str, content_index: int, samples: NDArray[np.int16]) -> bool:
        """Play the next sound of a message.

        Args:
            item_id: the message.
            content_index: its part.
            samples: mono int16 of shape (samples,) at 24,000 Hz.

        Returns:
            False if there is no room for it, and it is lost.
        """
        if self._playout.seconds_left > MAX_AHEAD_S:
            return False
        self._forget()
        message = self._messages[-1] if self._messages else None
        if message is None or message.item_id != item_id:
            self.finish()
            message = _Message(item_id, content_index)
            self._messages.append(message)
        samples = np.concatenate((message.rest, samples))
        length = samples.size - samples.size % BLOCK_SAMPLES
        message.rest = samples[length:].copy()
        self._say(message, samples[:length])
        return True

    def finish(self) -> None:
        """Play what is left of the newest message, which is complete."""
        if self._messages:
            message = self._messages[-1]
            rest, message.rest = message.rest, message.rest[:0]
            self._say(message, rest)

    def cut(self) -> list[Unheard]:
        """Fall silent at once, and tell what of the messages was not heard."""
        position = self._playout.flush()
        unheard = list(_unheard(self._messages, position))
        self._messages.clear()
        self._words = ""
        return unheard

    def _say(self, message: _Message, samples: NDArray[np.int16]) -> None:
        if not samples.size:
            return
        if not self._playout.speaking:
            silence = np.zeros(round(LEAD_S * SAMPLE_RATE), dtype=np.int16)
            self._playout.say(SpokenPiece("", silence, (), ()), joined=True)
        for piece in pieces_of(samples):
            words, self._words = self._words, ""
            begun, ended = self._playout.say(replace(piece, text=words), joined=True)
            if message.spans and message.spans[-1][1] == begun:
                begun = message.spans.pop()[0]
            message.spans.append((begun, ended))

    def _forget(self) -> None:
        """Drop the messages that were heard to their end, but for the newest, which may go on."""
        position = self._playout.position
        older = [each for each in self._messages[:-1] if each.spans and each.spans[-1][1] > position]
        self._messages = [*older, *self._messages[-1:]]


def _unheard(messages: list[_Message], position: int) -> Iterator[Unheard]:
    for message in messages:
        if message.spans and message.spans[-1][1] > position:
            heard = sum(max(0, min(end, position) - start) for start, end in message.spans)
            yield Unheard(message.item_id, message.content_index, heard * 1_000 // SAMPLE_RATE)
