"""One answer under way: from the responder's words to events, voice and history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Literal

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.language import spoken_language
from navtalk_widget.engines.responder import Message, Responder, ResponseRequest, ToolCall
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.clause_buffer import ClauseBuffer
from navtalk_widget.local.talk.history import History
from navtalk_widget.local.talk.response_options import ResponseOptions
from navtalk_widget.local.talk.responses import ResponseEvents
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.local.talk.usage import Allowance

logger = logging.getLogger(__name__)

AHEAD_S = 20.0
"""No more speech than this is made in advance: an interruption throws it away, and a slow client must take it all."""

RESPONDER_TIMEOUT_S = 120.0
"""How long the responder may take for each piece of an answer."""

LULL_S = 0.15
"""A responder that gives nothing for so long after the end of a sentence gets it spoken, whether more comes or not."""

CLOSE_TIMEOUT_S = 2.0

_END = object()


@dataclass(frozen=True, slots=True)
class _Said:
    """A clause and what the playout calls it."""

    text: str
    start: int
    end: int


class Answer:
    """Asks the responder, speaks its words, and tells the client and the history.

    It begins when it is made. An answer is active until `response.done` is sent; its voice may play on after that.

    Args:
        request: what the responder is asked.
        options: what the client asked for.
        responder: gives the words.
        speaker: gives them a voice.
        playout: plays the voice.
        events: tells the client.
        history: is corrected when an interruption keeps words from being heard.
        on_end: called in the loop when its task has ended.
    """

    def __init__(
        self,
        request: ResponseRequest,
        options: ResponseOptions,
        *,
        responder: Responder,
        speaker: Speaker,
        playout: Playout,
        events: ResponseEvents,
        history: History,
        on_end: Callable[[], None],
    ) -> None:
        self._request = request
        self._responder = responder
        self._speaker = speaker
        self._verbatim = options.verbatim
        self._voice = options.config.voice
        self._playout = playout
        self._events = events
        self._history = history
        self._on_end = on_end
        self.in_conversation = options.in_conversation
        self.spoken = events.spoken
        limit = options.config.max_response_output_tokens
        self._allowance = Allowance(limit if isinstance(limit, int) and self._verbatim is None else None)
        self._language = ""
        if self._verbatim is not None:
            self._language = spoken_language(replace(request, messages=(Message("user", self._verbatim.text),)))
        self._said: list[_Said] = []
        self._item_id = ""
        self._stopped = False
        self._buffer = ClauseBuffer()
        self._in_lull: asyncio.Task[None] | None = None
        events.begin()
        self._task = asyncio.create_task(self._run(), name="answer")
        self._task.add_done_callback(self._done)

    @property
    def response_id(self) -> str:
        """As the events name it."""
        return self._events.response_id

    @property
    def active(self) -> bool:
        """Whether `response.done` is still to come."""
        return not self._events.ended

    @property
    def audible(self) -> bool:
        """Whether any of its voice is still to be played."""
        heard = self._playout.heard(self._said[-1].start, self._said[-1].end) if self._said else None
        return heard is not None and not heard.complete

    @property
    def settled(self) -> bool:
        """Whether nothing of it is left to do, to say, or to play."""
        return self._task.done() and not self.active and not self.audible

    def interrupt(self, reason: Literal["turn_detected", "client_cancelled"]) -> None:
        """End the answer at once; what the playout has flushed before this counts as never said."""
        heard = self._heard() if self.spoken else None
        if self.active:
            self._events.end("cancelled", {"type": "cancelled", "reason": reason}, heard=heard)
        elif heard is not None:
            self._history.set_text(self._item_id, heard)
        self._note_pauses()
        self._said.clear()
        self._stop()

    async def close(self) -> None:
        """Drop the answer without a word to the client, and wait for its task."""
        self._stop()
        _, going_on = await asyncio.wait(self._tasks, timeout=CLOSE_TIMEOUT_S)
        if going_on:
            logger.warning("a responder goes on though its answer was cancelled")

    @property
    def _tasks(self) -> list[asyncio.Task[None]]:
        return [self._task, *([] if self._in_lull is None else [self._in_lull])]

    def _stop(self) -> None:
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def _run(self) -> None:
        buffer = self._buffer
        parts: AsyncIterator[object] = (
            self._responder.respond(self._request) if self._verbatim is None else self._verbatim.parts()
        )
        try:
            while (part := await self._next(parts)) is not _END:
                if self._stopped:  # a responder may swallow the cancellation: so does wait_for before Python 3.12
                    return
                if isinstance(part, ToolCall):
                    await self._say(buffer.rest())
                    await self._call(part, parts)
                    return
                if isinstance(part, SpokenPiece):
                    await self._play(part, joined=True)
                    continue
                words, is_all = self._allowance.take(str(part))
                if self.spoken:
                    await self._say(buffer.add(words))
                elif words:
                    self._item_id = self._events.write(words)
                if not is_all:
                    await self._say(buffer.rest())
                    self._events.end("incomplete", {"type": "incomplete", "reason": "max_output_tokens"})
                    return
            await self._say(buffer.rest())
            self._events.end("completed")
        finally:
            if self._in_lull is not None:
                self._in_lull.cancel()
            close = getattr(parts, "aclose", None)  # an iterator need not be a generator
            if close is not None:
                await close()

    async def _call(self, call: ToolCall, parts: AsyncIterator[object]) -> None:
        calls = [call]
        while isinstance(further := await self._next(parts), ToolCall):
            calls.append(further)
        if self._stopped:
            return
        # No await between the calls and the end: a client may have a result before the next one.
        for each in calls:
            self._events.call(each.name, each.arguments)
        self._events.end("completed")

    async def _next(self, parts: AsyncIterator[object]) -> object:
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(RESPONDER_TIMEOUT_S, self._give_up)]
        if self._buffer.holds_sentence:
            timers.append(loop.call_later(LULL_S, self._say_in_lull))
        try:
            part = await anext(parts, _END)
        finally:
            for timer in timers:
                timer.cancel()
        if self._in_lull is not None:
            saying, self._in_lull = self._in_lull, None
            try:
                await saying
            finally:
                saying.cancel()
        return part

    def _say_in_lull(self) -> None:
        # A task beside the one that waits for the responder, which must be asked by the same task all through.
        self._in_lull = asyncio.create_task(self._say(self._buffer.rest()), name="answer in a lull")
        self._in_lull.add_done_callback(self._said_in_lull)

    def _said_in_lull(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
            self._stop()

    def _give_up(self) -> None:
        self._fail(f"The responder said nothing for {RESPONDER_TIMEOUT_S:g} s.")
        self._stop()

    def _fail(self, message: str) -> None:
        reason = {"type": "server_error", "code": "response_failed", "message": message}
        self._events.end("failed", {"type": "failed", "error": reason})

    async def _say(self, text: str) -> None:
        if not text or self._stopped:
            return
        self._language = self._language or self._responder.language(self._request)
        pieces = self._speaker.speak(text, voice=self._voice, language=self._language)
        try:
            async for piece in pieces:
                await self._play(piece)
        finally:
            await pieces.aclose()

    async def _play(self, piece: SpokenPiece, *, joined: bool = False) -> None:
        await asyncio.sleep(max(0.0, self._playout.seconds_left - AHEAD_S))
        start, end = self._playout.say(piece, joined=joined)
        self._item_id = self._events.speak(piece)
        self._said.append(_Said(piece.text, start, end))

    def _heard(self) -> str:
        return "".join(map(self._heard_of, self._said)).strip()

    def _note_pauses(self) -> None:
        """Where the voice was held, a client that counts the seconds believes that more was heard."""
        spans = [(said, self._playout.heard(said.start, said.end)) for said in self._said]
        if any(heard is not None and heard.paused for _, heard in spans):
            seconds = (
                heard.seconds if heard is not None else (said.end - said.start) / SAMPLE_RATE for said, heard in spans
            )
            self._history.limit(self._item_id, sum(seconds))

    def _heard_of(self, said: _Said) -> str:
        heard = self._playout.heard(said.start, said.end)
        return said.text if heard is None else heard.text  # forgotten: hundreds of pieces ago

    def _report(self, error: BaseException) -> None:
        # Responders are the user's own code and fail in any way they like; the conversation goes on.
        logger.error("an answer failed", exc_info=error)
        self._fail(str(error) if isinstance(error, NavTalkError) else f"{type(error).__name__}: {error}")

    def _done(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._report(error)
        elif not self._stopped:
            self._fail("The responder cancelled its own answer.")  # without effect if the answer has ended
        self._on_end()
