"""A language model behind any OpenAI-compatible ``/chat/completions`` as the responder."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import aiohttp

from navtalk_widget.engines.language import spoken_language
from navtalk_widget.engines.responder import ResponderError, ResponseRequest, ToolCall
from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.openai_endpoint import Endpoint, Redirected
from navtalk_widget.local.responders.chat.chat_messages import chat_messages, chat_tools
from navtalk_widget.local.responders.chat.chat_stream import Delta, ToolCallParts, read_deltas
from navtalk_widget.local.responders.chat.plain_text import PlainText
from navtalk_widget.local.responders.chat.thoughts import WithoutThoughts

logger = logging.getLogger(__name__)

FIRST_TOKEN_S = 60.0
"""Seconds until an answer must have begun: a model may have to be loaded before."""

BETWEEN_TOKENS_S = 60.0

RETRY_DELAYS_S = (0.3, 1.0)
"""Seconds before each further attempt at an answer that has not begun: somebody is waiting for it to speak."""

_PASSING = frozenset({429, 500, 502, 503, 504})
"""HTTP statuses after which another attempt may succeed."""

_QUOTA = re.compile(r"quota|billing|credit|balance", re.IGNORECASE)
"""In what a service says with 429, if another attempt cannot succeed."""

_NOT_TAKEN = {
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "max_tokens": re.compile(r"max_completion_tokens", re.IGNORECASE),
    "tools": re.compile(
        r"not support (?:\w+ )?(?:tool|function)|(?:tools?|functions?) (?:is|are) not support|tool.choice requires",
        re.IGNORECASE,
    ),
    "pictures": re.compile(r"not support (?:image|vision|multimodal)|image.{0,40}not support|not a multimodal", re.I),
}
"""What some models do not take, and how their services say so."""


class ChatEndpointResponder:
    """Asks a language model; see `Responder`. It belongs to one event loop, and whoever makes it closes it.

    Args:
        endpoint: the service.
        model: its name there.
    """

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self.endpoint = endpoint
        self.model = model
        self._session: aiohttp.ClientSession | None = None
        self._left_out: set[str] = set()

    def language(self, request: ResponseRequest) -> str:
        """The language the instructions ask for, else English, or Chinese after Chinese."""
        return spoken_language(request)

    async def respond(self, request: ResponseRequest) -> AsyncGenerator[str | ToolCall, None]:
        """Stream the model's answer as plain text, and after it the calls it wants; see `Responder`.

        Raises:
            NavTalkError: the service cannot be reached, refuses the request, or broke the answer off.
        """
        speech, words, parts = WithoutThoughts(), PlainText(), ToolCallParts()
        async with aclosing(self._answer(request)) as deltas:
            async for delta in deltas:
                for fragment in delta.calls:
                    parts.add(fragment)
                if text := words.add(speech.add(delta.text)):
                    yield text
        if text := words.add(speech.rest()) + words.rest():
            yield text
        for call in parts.calls():
            yield call

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _answer(self, request: ResponseRequest) -> AsyncGenerator[Delta, None]:
        """The pieces of the answer; one that does not begin is asked for again, a few times."""
        delays = iter(RETRY_DELAYS_S)
        while True:
            begun = False
            try:
                async with aclosing(self._attempt(request)) as deltas:
                    async for delta in deltas:
                        begun = True
                        yield delta
                return
            except _MayPass as error:
                delay = None if begun else next(delays, None)
                if delay is None:
                    raise error.fault from error.__cause__
                logger.warning("asking %s again in %g s: %s", self.endpoint.title, delay, error.fault.message)
            await asyncio.sleep(delay)

    async def _attempt(self, request: ResponseRequest) -> AsyncGenerator[Delta, None]:
        overdue = False

        def give_up() -> None:
            nonlocal overdue
            overdue = True
            response.close()

        begun = False
        try:
            response = await self._post(request)
            watch = asyncio.get_running_loop().call_later(FIRST_TOKEN_S, give_up)
            try:
                async with aclosing(read_deltas(response)) as deltas:
                    async for delta in deltas:
                        if delta.is_thought:
                            watch.cancel()
                        if delta.text or delta.calls:
                            watch.cancel()
                            begun = True
                            yield delta
            finally:
                watch.cancel()
                response.close()  # at once: the rest of an answer that is cut short is of no use
        except ResponderError as error:
            raise ResponderError(self.endpoint.without_key(error.message), hint=error.hint) from error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            if begun:
                message = f"{self.endpoint.title} broke off in the midst of an answer."
                raise ResponderError(message) from error
            if overdue or isinstance(error, asyncio.TimeoutError):
                raise self._too_slow() from error
            if isinstance(error, Redirected) or isinstance(getattr(error, "os_error", None), ConnectionRefusedError):
                raise self.endpoint.unreachable(error) from error
            raise _MayPass(self.endpoint.unreachable(error)) from error

    async def _post(self, request: ResponseRequest) -> aiohttp.ClientResponse:
        """Ask, leaving out what the model turns out not to take; the caller closes the response."""
        while True:
            body = self._body(request)
            response = await self._http().post(f"{self.endpoint.url}/chat/completions", json=body)
            if response.status == 200:
                return response
            complaint = await self.endpoint.complaint(response)
            response.close()
            if not self._learns_from(response.status, complaint, request, body):
                fault = self.endpoint.in_words(response.status, complaint, self.model)
                if response.status in _PASSING and not _QUOTA.search(complaint):
                    raise _MayPass(fault)
                raise fault

    def _body(self, request: ResponseRequest) -> dict[str, Any]:
        left_out = self._left_out
        body: dict[str, Any] = {
            "model": self.model,
            "messages": chat_messages(request, with_pictures="pictures" not in left_out),
            "stream": True,
        }
        if request.tools and "tools" not in left_out:
            body["tools"] = chat_tools(request)
        if request.temperature is not None and "temperature" not in left_out:
            body["temperature"] = request.temperature
        if request.max_tokens is not None:
            newer = self.endpoint.is_openai or "max_tokens" in left_out
            body["max_completion_tokens" if newer else "max_tokens"] = request.max_tokens
        return body

    def _learns_from(self, status: int, complaint: str, request: ResponseRequest, body: dict[str, Any]) -> bool:
        """Whether the request may succeed with something left out, which is remembered."""
        if status not in (400, 404, 422, 500):
            return False
        sent = {*body, *(("pictures",) if any(message.images for message in request.messages) else ())}
        refused = {name for name in (sent - self._left_out) & set(_NOT_TAKEN) if _NOT_TAKEN[name].search(complaint)}
        if refused:
            logger.warning("%s does without %s: %s", self.model, ", ".join(sorted(refused)), complaint)
        self._left_out |= refused
        return bool(refused)

    def _too_slow(self) -> NavTalkError:
        message = f"{self.endpoint.title} has not begun to answer within {FIRST_TOKEN_S:g} s."
        return ResponderError(message, hint=f"Choose a faster model than {self.model}, or ask again.")

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = self.endpoint.session(read_timeout_s=BETWEEN_TOKENS_S)
        return self._session


class _MayPass(Exception):
    """Another attempt may succeed where this one failed.

    Attributes:
        fault: what to say if none does.
    """

    def __init__(self, fault: NavTalkError) -> None:
        super().__init__(fault.message)
        self.fault = fault
