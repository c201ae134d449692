"""The avatar's side of a conversation: when it answers, and when it is cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from navtalk_widget.engines.responder import ResponseRequest, ToolDefinition
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.answer import Answer
from navtalk_widget.local.talk.history import History
from navtalk_widget.local.talk.response_options import ResponseOptions
from navtalk_widget.local.talk.responses import ResponseEvents
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id

_UNSAID_TEMPERATURE = SessionConfig().temperature
"""The session always has one, and most clients say none; some models refuse to be told any."""

MAX_OWED = 16
"""Texts and sounds that may wait to be said, while the person speaks."""

MAX_ASIDES = 4
"""Answers outside the conversation under way at the same time."""


class Answering:
    """Gives the answers of one conversation, one after another; those outside the conversation may go on beside it.

    Args:
        engines: wits and voice.
        character: who speaks.
        greeting: see `ResponseRequest`.
        history: of the conversation.
        playout: plays the voice.
        send: takes the events for the client.
        may_begin: whether nothing but an answer under way is to be waited for before the next.
    """

    def __init__(
        self,
        *,
        engines: Engines,
        character: str,
        greeting: str,
        history: History,
        playout: Playout,
        send: Callable[[Event], None],
        may_begin: Callable[[], bool],
    ) -> None:
        self.conversation_id = new_id("conv")
        self._engines = engines
        self._character = character
        self._greeting = greeting
        self._history = history
        self._playout = playout
        self._send = send
        self._may_begin = may_begin
        self._answers: list[Answer] = []
        self._owed: list[ResponseOptions] = []
        self._closed = False

    @property
    def active(self) -> Answer | None:
        """The answer under way in the conversation."""
        return next((answer for answer in self._answers if answer.active and answer.in_conversation), None)

    @property
    def has_room_aside(self) -> bool:
        """Whether one more answer outside the conversation may begin."""
        return sum(answer.active and not answer.in_conversation for answer in self._answers) < MAX_ASIDES

    @property
    def has_room(self) -> bool:
        """Whether one more may be owed."""
        return len(self._owed) < MAX_OWED

    def owe(self, options: ResponseOptions) -> None:
        """Answer as soon as that can be; whoever asks several times before gets one answer to everything.

        What is to be said word for word is no answer: it is said in any case, in the order in which it came.
        """
        if options.in_conversation:
            if options.verbatim is None:
                self._owed = [other for other in self._owed if other.verbatim is not None]
            self._owed.append(options)
            self.answer_if_owed()
        else:
            self._answer(options)

    def answer_if_owed(self) -> None:
        """Give the answer that is owed if nothing is in the way any more."""
        # The responder needs the words. And who goes on speaking, or speaks into an answer that cannot be
        # interrupted, gets one answer to everything.
        if self._owed and self._may_begin() and self.active is None and not self._closed:
            self._answer(self._owed.pop(0))

    def interrupt(self) -> None:
        """End what the person speaks into: the voice must have been flushed from the playout before."""
        self._end("turn_detected")

    def cancel(self, response_id: str | None) -> bool:
        """End an answer because the client wants it to.

        Args:
            response_id: names an answer; without, it is all there is to hear or to come in the conversation.

        Returns:
            Whether there was anything to end.
        """
        going_on = [answer for answer in self._answers if answer.active or answer.audible]
        named = next((answer for answer in going_on if answer.response_id == response_id), None)
        if response_id and named is None:
            return False
        if named is not None and not named.in_conversation and not named.spoken:
            named.interrupt("client_cancelled")
            return True
        if named is None and self.active is None and not self._owed and not self._playout.speaking:
            return False
        self._owed.clear()
        self._playout.flush()
        self._end("client_cancelled")
        return True

    async def close(self) -> None:
        """End whatever is under way."""
        self._closed = True
        await asyncio.gather(*(answer.close() for answer in self._answers))

    def _end(self, reason: Literal["turn_detected", "client_cancelled"]) -> None:
        for answer in self._answers:
            if answer.audible or (answer.active and (answer.in_conversation or answer.spoken)):
                answer.interrupt(reason)

    def _answer(self, options: ResponseOptions) -> None:
        limit = options.config.max_response_output_tokens
        request = ResponseRequest(
            messages=options.messages(self._history),
            tools=offered_tools(options.config),
            instructions=self._history.instructions(options.config.instructions),
            character=self._character,
            greeting=self._greeting,
            temperature=None if options.config.temperature == _UNSAID_TEMPERATURE else options.config.temperature,
            max_tokens=limit if isinstance(limit, int) else None,
        )
        events = ResponseEvents(
            self._send, self._history, conversation_id=self.conversation_id, request=request, options=options
        )
        answer = Answer(
            request,
            options,
            responder=self._engines.responder,
            speaker=self._engines.speaker,
            playout=self._playout,
            events=events,
            history=self._history,
            on_end=self.answer_if_owed,
        )
        self._answers = [*(other for other in self._answers if not other.settled), answer]


def offered_tools(config: SessionConfig) -> tuple[ToolDefinition, ...]:
    """The tools that `tool_choice` leaves to the responder."""
    choice = config.tool_choice
    if choice == "none":
        return ()
    only = choice.get("name") if isinstance(choice, dict) else None
    return tuple(
        ToolDefinition(tool.name, tool.description, tool.parameters)
        for tool in config.tools
        if only is None or tool.name == only
    )
