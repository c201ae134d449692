"""Waiting for the whole of an answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.errors import NavTalkError, ServiceFault
from navtalk_widget.protocol import events
from navtalk_widget.session.faults import failure
from navtalk_widget.session.news import StatusChanged, ToolCallChanged


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its words, its sound, and the tools it took."""

    text: str
    audio: NDArray[np.int16]
    """Mono PCM16 at 24,000 Hz, shape (samples,); empty if the answer is text only."""
    tool_calls: tuple[ToolCallChanged, ...]
    interrupted: bool = False
    """Whether it was cut short, so that words and sound are not all that the avatar meant to say."""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Reply({self.text!r}, {self.audio.size / 24_000:.1f} s{', interrupted' if self.interrupted else ''})"


@dataclass(slots=True)
class _Part:
    """One response of the service; a call of tools leads to another one."""

    response_id: str
    words: dict[tuple[str, int], str] = field(default_factory=dict)
    voice: list[bytes] = field(default_factory=list)
    call_ids: set[str] = field(default_factory=set)
    done: bool = False

    def add(self, event: events.ResponsePart) -> None:
        match event:
            case events.AudioTranscriptDelta() | events.TextDelta():
                key = event.item_id, event.content_index
                self.words[key] = self.words.get(key, "") + event.delta
            case events.AudioTranscriptDone(transcript=text) | events.TextDone(text=text) if text:
                self.words[event.item_id, event.content_index] = text
            case events.AudioDelta():
                self.voice.append(event.delta)
            case events.FunctionCallArgumentsDone():
                self.call_ids.add(event.call_id)


class ReplyCollector:
    """Puts an answer together from events, tool calls and the answers that follow them included.

    Whoever asks for the answer tells by `begin` which response it is.
    """

    def __init__(self) -> None:
        self._done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._parts: list[_Part] = []
        self._calls: dict[str, ToolCallChanged] = {}

    def begin(self, response_id: str) -> None:
        """The response that was asked for has begun; an empty identifier means whatever comes next."""
        if not self._done.done():
            self._parts.append(_Part(response_id))

    @property
    def waiting(self) -> bool:
        """Whether the answer is still to come, or to be completed, and somebody waits for it."""
        return not self._done.done()

    def had(self, response_id: str) -> bool:
        """Whether the answer is complete, and this response is part of it."""
        if not self._done.done() or self._done.cancelled() or self._done.exception() or self._done.result().interrupted:
            return False
        return any(part.response_id in ("", response_id) for part in self._parts)

    def restart(self) -> None:
        """The answer is asked for again: words and sound begin anew, the tools' calls stay."""
        for part in self._parts:
            part.words.clear()
            part.voice.clear()
            part.done = True

    def retract(self) -> None:
        """What `begin` announced last was somebody else's answer."""
        if self._parts:
            self._parts.pop()

    def interrupt(self) -> None:
        """The answer will not come, or not go on: what there is, is all."""
        self._finish(interrupted=True)

    def fail(self, error: NavTalkError) -> None:
        """The answer will not come."""
        if not self._done.done():
            self._done.set_exception(error)

    def note(self, event: Any) -> None:
        """Take in an event or a piece of news; what belongs to another answer does not count."""
        match event:
            case StatusChanged(status="failed" | "closed", error=error):
                self.fail(error or ServiceFault("The conversation was closed before the answer came."))
            case ToolCallChanged(call_id=call_id) if any(call_id in part.call_ids for part in self._parts):
                self._calls[call_id] = event
            case events.ResponsePart(response_id=response_id):
                part = self._open(response_id)
                if part is not None:
                    part.add(event)
            case events.ResponseDone():
                part = self._open(event.response.id)
                if part is not None:
                    self._end(part, event)

    async def reply(self) -> Reply:
        """Wait for the end of the answer.

        Raises:
            NavTalkError: the service failed or refused, or the conversation ended.
        """
        return await self._done

    def _open(self, response_id: str) -> _Part | None:
        part = self._parts[-1] if self._parts else None
        if part is None or part.done or (response_id and part.response_id and response_id != part.response_id):
            return None
        return part

    def _end(self, part: _Part, event: events.ResponseDone) -> None:
        part.done = True
        error = failure(event.response)
        if event.response.status == "failed" and error is not None:
            self.fail(error)
        elif event.response.status == "cancelled":
            self._finish(interrupted=True)
        elif not part.call_ids:  # otherwise the answer proper follows the tools
            self._finish(interrupted=False)

    def _finish(self, *, interrupted: bool) -> None:
        if not self._done.done():
            words = (each.strip() for part in self._parts for each in part.words.values())
            text = " ".join(filter(None, words))
            voice = from_bytes(b"".join(block for part in self._parts for block in part.voice))
            self._done.set_result(Reply(text, voice, tuple(self._calls.values()), interrupted))
