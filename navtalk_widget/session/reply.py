"""Waiting for the whole of an answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.errors import NavTalkError, ServiceFault
from navtalk_widget.protocol import events
from navtalk_widget.session.news import StatusChanged, ToolCallChanged


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its words, its sound, and the tools it took."""

    text: str
    audio: NDArray[np.int16]
    """Mono PCM16 at 24,000 Hz, shape (samples,); empty if the answer is text only."""
    tool_calls: tuple[ToolCallChanged, ...]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Reply({self.text!r}, {self.audio.size / 24_000:.1f} s)"


class ReplyCollector:
    """Puts an answer together from events, tool calls and the answers that follow them included."""

    def __init__(self) -> None:
        self._done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._words: dict[str, str] = {}
        self._voice: list[bytes] = []
        self._calls: dict[str, ToolCallChanged] = {}
        self._calls_open = 0
        self._begun = False

    def note(self, event: Any) -> None:
        """Take in an event or a piece of news; an earlier answer that is still ending does not count."""
        match event:
            case events.ResponseCreated():
                self._begun = True
            case StatusChanged(status="failed" | "closed", error=error):
                self._fail(error or ServiceFault("The conversation was closed before the answer came."))
            case events.ErrorEvent() if event.error.get("code") != "response_cancel_not_active":
                self._fail(ServiceFault(str(event.error.get("message", "The service refused the question."))))
            case _ if not self._begun:
                pass
            case events.AudioTranscriptDelta() | events.TextDelta():
                self._words[event.item_id] = self._words.get(event.item_id, "") + event.delta
            case events.AudioTranscriptDone(transcript=text) | events.TextDone(text=text) if text:
                self._words[event.item_id] = text
            case events.AudioDelta():
                self._voice.append(event.delta)
            case events.FunctionCallArgumentsDone():
                self._calls_open += 1
            case ToolCallChanged():
                self._calls[event.call_id] = event
            case events.ResponseDone():
                self._end(event)

    async def reply(self) -> Reply:
        """Wait for the end of the answer.

        Raises:
            NavTalkError: the service failed or refused, or the conversation ended.
        """
        return await self._done

    def _end(self, event: events.ResponseDone) -> None:
        if self._calls_open:  # the answer proper follows the tools
            self._calls_open = 0
        elif event.response.status == "failed":
            details = event.response.status_details or {}
            self._fail(ServiceFault(f"The answer failed: {details.get('error') or 'the service does not say why'}."))
        elif not self._done.done():
            text = " ".join(words.strip() for words in self._words.values())
            self._done.set_result(Reply(text, from_bytes(b"".join(self._voice)), tuple(self._calls.values())))

    def _fail(self, error: NavTalkError) -> None:
        if not self._done.done():
            self._done.set_exception(error)
