"""A backend's answers: played, told to the client in the form it wants, and cut when they are spoken into."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.audio.sound_formats import SoundEncoder
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.upstream.relayed_voice import MAX_AHEAD_S, RelayedVoice
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event

logger = logging.getLogger(__name__)

MAX_NAMES = 64
"""Function calls whose names are remembered until their arguments are complete."""


class RelayedAnswers:
    """Follows the answers of one conversation.

    Args:
        playout: plays the voice.
        format: of the sound that the client is sent.
    """

    def __init__(self, playout: Playout, format: str) -> None:
        self.active = ""
        """The answer under way at the backend."""
        self._voice = RelayedVoice(playout)
        self._encoder = SoundEncoder(format)
        self._torn = b""
        self._cut = ""
        self._is_full = False
        self._names: dict[str, str] = {}

    def set_format(self, format: str) -> None:
        """Send the client's sound in another format from now on."""
        if format != self._encoder.format:
            self._encoder = SoundEncoder(format)

    def follow(self, event: Event) -> Iterator[Event]:
        """Do what an event of the backend's says, and return what the client is told."""
        match event:
            case events.ResponseCreated():
                self.active = event.response.id
            case events.ResponseDone():
                if event.response.id == self.active:
                    self.active = ""
                self._voice.finish()
            case events.AudioTranscriptDelta() | events.AudioDelta() if self._is_cut(event):
                return
            case events.AudioTranscriptDelta():
                self._voice.write(event.delta)
            case events.AudioDelta():
                yield from self._play(event)
                return
            case events.AudioDone() if not self._is_cut(event):
                yield from self._finish_voice(event)
            case events.OutputItemAdded() if event.item.type == "function_call":
                self._names[event.item_id or event.item.id or ""] = event.item.name or ""
                while len(self._names) > MAX_NAMES:
                    del self._names[next(iter(self._names))]
            case events.FunctionCallArgumentsDone() if not event.name:  # clients need it, and the beta leaves it out
                event = event.model_copy(update={"name": self._names.pop(event.item_id, "")})
        yield event

    def cut(self) -> list[Event]:
        """Fall silent before anything else, and return what the backend is to be told of it."""
        unheard = self._voice.cut()
        self._cut = self.active
        self._begin_voice()
        return [
            events.ConversationItemTruncate(
                item_id=each.item_id, content_index=each.content_index, audio_end_ms=each.audio_end_ms
            )
            for each in unheard
        ]

    def _play(self, event: events.AudioDelta) -> Iterator[Event]:
        pcm = self._torn + event.delta
        whole = len(pcm) & ~1
        pcm, self._torn = pcm[:whole], pcm[whole:]
        has_room = self._voice.add(event.item_id, event.content_index, from_bytes(pcm))
        if not has_room and not self._is_full:
            logger.warning("a voice is more than %g s ahead of what is heard; its end is lost", MAX_AHEAD_S)
        self._is_full = not has_room
        told = pcm if self._encoder.format == "pcm16" else self._encoder.encode(from_bytes(pcm))
        if told:
            yield event.model_copy(update={"delta": told})

    def _finish_voice(self, event: events.AudioDone) -> Iterator[Event]:
        self._voice.finish()
        rest = self._encoder.finish()
        self._begin_voice()
        if rest:
            where = event.model_dump(include={"response_id", "item_id", "output_index", "content_index"})
            yield events.AudioDelta(**where, delta=rest)

    def _begin_voice(self) -> None:
        self._encoder = SoundEncoder(self._encoder.format)
        self._torn = b""

    def _is_cut(self, event: events.ResponsePart) -> bool:
        """Whether a part belongs to an answer that was spoken into: some is always still on its way."""
        return bool(self._cut) and event.response_id == self._cut
