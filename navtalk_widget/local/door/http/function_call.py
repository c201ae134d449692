"""The helper of the first generation's samples: they have their one function worked out by the service."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from pydantic import BaseModel, Field

from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.engines.responder import Message, Responder, ResponseRequest
from navtalk_widget.local.door.admission import DEFAULT_CHARACTER, Licences
from navtalk_widget.local.door.http.access import owner_of
from navtalk_widget.local.door.http.replies import Refusal, body_of
from navtalk_widget.local.engines.engine_room import EngineRoom

logger = logging.getLogger(__name__)

PATH = "/api/realtime_function_call"

ANSWER_TIMEOUT_S = 20.0

MAX_ANSWERS = 8
"""At the same time; further ones are refused."""

MAX_CHARACTERS = 10_000
"""Of an answer; the rest is left out."""


class _Question(BaseModel):
    user_input: str = Field(alias="userInput", max_length=20_000)
    license: str = ""
    chat_id: str | int | None = Field(default=None, alias="chatId")


class FunctionCall:
    """Answers with the responder's words, as plain text.

    Args:
        room: has the responder.
        options: of the service.
        licences: where one is required, it is asked for.
    """

    def __init__(self, room: EngineRoom, options: LocalOptions, licences: Licences) -> None:
        self._room = room
        self._options = options
        self._licences = licences
        self._answering = 0

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.post(PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        question = await body_of(request, _Question)
        owner_of(request, self._licences, given=question.license)
        if self._answering >= MAX_ANSWERS:
            raise Refusal(503, "Too many questions are being answered; try again later.")
        self._answering += 1
        task = asyncio.create_task(self._words(question.user_input), name="function call")
        try:
            await asyncio.wait([task], timeout=ANSWER_TIMEOUT_S)
            if not task.done():
                raise Refusal(504, "There was no answer in time.")
            if (fault := task.exception()) is not None:  # of whatever kind: the responder may be the user's own
                logger.error("the responder failed", exc_info=fault)
                raise Refusal(500, "There is no answer; see the service's log.")
            return web.Response(text=task.result())
        finally:
            task.cancel()
            self._answering -= 1

    async def _words(self, text: str) -> str:
        engines = await self._room.engines(self._options)
        try:
            return await self._said_by(engines.responder, text)
        finally:
            self._room.release(self._options)

    async def _said_by(self, responder: Responder, text: str) -> str:
        asked = ResponseRequest(messages=(Message("user", text),), character=DEFAULT_CHARACTER)
        words = ""
        async for piece in responder.respond(asked):
            if not isinstance(piece, str):  # no tools were offered
                break
            words += piece
            if len(words) >= MAX_CHARACTERS:
                break
        return words[:MAX_CHARACTERS].strip()
