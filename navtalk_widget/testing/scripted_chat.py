"""An OpenAI-compatible chat endpoint that answers what a test tells it to, over real HTTP (extra ``local``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeAlias

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Call:
    """A function that the model wants called; several in one answer are parallel calls."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model thinks, in ``reasoning_content``."""

    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing until `ScriptedChatEndpoint.release`."""


@dataclass(frozen=True, slots=True)
class BreakOff:
    """Lose the connection, in the midst of the answer."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP error instead of an answer."""

    status: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Bytes as they are, for what no service should send and some do."""

    data: bytes


Step: TypeAlias = str | Call | Thought | Wait | BreakOff | Refusal | Verbatim
Answer: TypeAlias = Step | Sequence[Step]


class ScriptedChatEndpoint:
    """Serves ``/v1/models`` and ``/v1/chat/completions``, and fails on any surprise.

    A request that no answer was left for is a surprise; leaving ``async with`` raises an AssertionError that lists
    them. ::

        async with ScriptedChatEndpoint() as endpoint:
            endpoint.will_answer(Call("add", {"a": 1, "b": 2}), ["The sum ", Wait(), "is three."])

    Args:
        models: the names of its models.
        api_key: that requests must have; None for any or none.
        ollama: whether it speaks some of Ollama's own API as well: what ``/api/tags`` says of each model.
        streams: whether it streams when asked to.
        piece_bytes: how many bytes of a stream are sent at once, so that characters and events come torn.
        limit: seconds to wait for anything.
    """

    def __init__(
        self,
        models: Sequence[str] = ("scripted-1",),
        *,
        api_key: str | None = None,
        ollama: Sequence[Mapping[str, Any]] | None = None,
        streams: bool = True,
        piece_bytes: int = 7,
        limit: float = 5.0,
    ) -> None:
        self.models = list(models)
        self.listed: Sequence[str] | None = None
        """Those that it says it has; None for all of them."""
        self.url = ""
        """Its base, such as ``http://127.0.0.1:40123/v1``."""
        self.requests: list[dict[str, Any]] = []
        """The bodies of all requests for an answer."""
        self.authorizations: list[str | None] = []
        """What each of them had in its header."""
        self.peers: list[Any] = []
        """The address that each of them came from: one for each connection."""
        self.loaded: list[str] = []
        """The models that Ollama was told to load."""
        self.cut_short = 0
        """How many answers the client did not want to the end."""
        self._api_key = api_key
        self._ollama = ollama
        self._streams = streams
        self._piece_bytes = piece_bytes
        self._limit = limit
        self._answers: list[Answer] = []
        self._surprises: list[str] = []
        self._released = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> ScriptedChatEndpoint:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_post("/v1/chat/completions", self._complete)
        if self._ollama is not None:
            app.router.add_get("/api/tags", self._tags)
            app.router.add_get("/api/ps", self._running)
            app.router.add_post("/api/generate", self._load)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._surprises and error is None:
            raise AssertionError("the endpoint was surprised:\n" + "\n".join(self._surprises))

    @property
    def pictures(self) -> list[str]:
        """The addresses of all pictures in the newest request."""
        contents = [message.get("content") for message in self.requests[-1]["messages"]]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]

    def will_answer(self, *answers: Answer) -> None:
        """Leave answers for the next requests, one for each."""
        self._answers += answers

    def release(self) -> None:
        """Let go on what waits, and whatever would wait from now on."""
        self._released.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition that requests or their ends bring about.

        Raises:
            AssertionError: it did not come true within the limit.
        """
        try:
            await asyncio.wait_for(self._until(condition), self._limit)
        except (asyncio.TimeoutError, TimeoutError):
            raise AssertionError(f"waited {self._limit:g} s; {len(self.requests)} requests came") from None

    async def _until(self, condition: Callable[[], object]) -> None:
        while not condition():
            await self._changed.wait()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────

    async def _list_models(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return _error(Refusal(401, "Incorrect API key provided."))
        listed = self.models if self.listed is None else self.listed
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in listed]})

    async def _tags(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [dict(model) for model in self._ollama or ()]})

    async def _running(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": name} for name in self.loaded]})

    async def _load(self, request: web.Request) -> web.Response:
        self.loaded.append((await request.json())["model"])
        return web.json_response({"done": True, "done_reason": "load"})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.authorizations.append(request.headers.get("Authorization"))
        self.peers.append(request.transport and request.transport.get_extra_info("peername"))
        self._notify()
        if not self._admits(request):
            return _error(Refusal(401, "Incorrect API key provided."))
        if body["model"] not in self.models:
            return _error(Refusal(404, f"The model `{body['model']}` does not exist."))
        if not self._answers:
            self._surprises.append(f"nobody said what to answer to {json.dumps(body['messages'][-1])[:300]}")
            return _error(Refusal(500, "The script is at its end."))
        answer = self._answers.pop(0)
        steps = [answer] if not isinstance(answer, Sequence) or isinstance(answer, str) else list(answer)
        if steps and isinstance(steps[0], Refusal):
            return _error(steps[0])
        if not (body.get("stream") and self._streams):
            return web.json_response(_whole(steps))
        return await self._stream(request, steps)

    def _admits(self, request: web.Request) -> bool:
        return self._api_key is None or request.headers.get("Authorization") == f"Bearer {self._api_key}"

    async def _stream(self, request: web.Request, steps: Sequence[Step]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            async for data in self._said(steps):
                if data is None:
                    if request.transport is not None:
                        request.transport.abort()
                    return response
                for start in range(0, len(data), self._piece_bytes):
                    await response.write(data[start : start + self._piece_bytes])
                    await asyncio.sleep(0)
            await response.write_eof()
        except (asyncio.CancelledError, ConnectionError):
            self.cut_short += 1
            self._notify()
            raise
        return response

    async def _said(self, steps: Sequence[Step]) -> AsyncIterator[bytes | None]:
        """The bytes of each step; None for the end of the connection."""
        yield b": this is a comment\r\n\r\n" + _event({"role": "assistant", "content": ""})
        calls = 0
        for step in steps:
            match step:
                case str():
                    for start in range(0, len(step), 5):
                        yield _event({"content": step[start : start + 5]})
                case Thought(text):
                    yield _event({"content": None, "reasoning_content": text})
                case Call():
                    for fragment in _fragments(step, calls):
                        yield _event({"tool_calls": [fragment]})
                    calls += 1
                case Wait():
                    await self._released.wait()
                case BreakOff():
                    yield None
                case Verbatim(data):
                    yield data
                case Refusal():
                    yield b"data: " + json.dumps({"error": {"message": step.message}}).encode() + b"\n\n"
        yield _event({}, "tool_calls" if calls else "stop") + b"data: [DONE]\n\n"


def _event(delta: Mapping[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "scripted-1"}
    return b"data: " + json.dumps({**chunk, "choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def _fragments(call: Call, index: int) -> list[dict[str, Any]]:
    """A call as services stream it: its name, then its arguments in pieces."""
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    begun = {
        "index": index,
        "id": f"call_{index}",
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    pieces = (arguments[start : start + 4] for start in range(0, len(arguments), 4))
    return [begun, *({"index": index, "function": {"arguments": piece}} for piece in pieces)]


def _whole(steps: Sequence[Step]) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_{place}",
            "type": "function",
            "function": {"name": step.name, "arguments": json.dumps(step.arguments)},
        }
        for place, step in enumerate(step for step in steps if isinstance(step, Call))
    ]
    text = "".join(step for step in steps if isinstance(step, str))
    message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    completion = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "scripted-1"}
    return {**completion, "choices": [choice]}


def _error(refusal: Refusal) -> web.Response:
    body = {"error": {"message": refusal.message, "type": "invalid_request_error", "param": None, "code": None}}
    return web.json_response(body, status=refusal.status)
