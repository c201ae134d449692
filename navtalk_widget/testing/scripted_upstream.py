"""An OpenAI-Realtime backend that says what a test tells it to, over real sockets, as it is today or as in the beta."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES

_OUTPUT = {
    "today": {
        "audio": "response.output_audio",
        "transcript": "response.output_audio_transcript",
        "text": "response.output_text",
        "item": "conversation.item.added",
        "part": "output_audio",
    },
    "beta": {
        "audio": "response.audio",
        "transcript": "response.audio_transcript",
        "text": "response.text",
        "item": "conversation.item.created",
        "part": "audio",
    },
}
"""What the same things are called."""


class ScriptedUpstream:
    """Greets, confirms each `session.update`, and says nothing else by itself.

    Every message that comes is kept. One that is no JSON object with a `type`, or whose settings do not have the shape
    of what is spoken here, is a surprise; leaving ``async with`` raises an AssertionError that lists them. ::

        async with ScriptedUpstream() as upstream, LocalService(port=0, backend=Backend(upstream.url)) as service:
            ...
            await upstream.expect("response.create")
            await upstream.answer("I am Leo.", pcm)

    Args:
        speaks: OpenAI Realtime as it is ``"today"``, or in the ``"beta"``.
        api_key: that connections must have; None for any or none.
        greets: whether it says `session.created`.
        limit: seconds to wait for anything.
    """

    def __init__(
        self,
        speaks: Literal["today", "beta"] = "today",
        *,
        api_key: str | None = None,
        greets: bool = True,
        limit: float = 10.0,
    ) -> None:
        self.speaks = speaks
        self.url = ""
        """Where it listens."""
        self.received: list[dict[str, Any]] = []
        """All that came."""
        self.queries: list[dict[str, list[str]]] = []
        """The query of each conversation's address."""
        self.headers: list[Mapping[str, str]] = []
        """The headers of each."""
        self.session: dict[str, Any] = {}
        """The settings in force."""
        self.socket: ServerConnection | None = None
        """The conversation's socket."""
        self._api_key = api_key
        self._greets = greets
        self._limit = limit
        self._read = 0
        self._surprises: list[str] = []
        self._changed = asyncio.Event()
        self._server: Server | None = None

    async def __aenter__(self) -> ScriptedUpstream:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._admit,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            ping_interval=None,
            close_timeout=1.0,
        )
        self.url = f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}/v1/realtime"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        if self._surprises and error is None:
            raise AssertionError("the backend was surprised:\n" + "\n".join(self._surprises))

    def forget(self) -> None:
        """Forget all that has come, and wait for the next conversation."""
        self.received.clear()
        self.queries.clear()
        self.headers.clear()
        self.socket = None
        self._read = 0

    def of(self, type: str) -> list[dict[str, Any]]:
        """All messages of a type that ever came."""
        return [message for message in self.received if message["type"] == type]

    @property
    def heard(self) -> bytes:
        """All sound that ever came."""
        return b"".join(base64.b64decode(message["audio"]) for message in self.of("input_audio_buffer.append"))

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition that messages or connections bring about.

        Raises:
            AssertionError: it did not come true within the limit.
        """
        try:
            await asyncio.wait_for(self._until(condition), self._limit)
        except (asyncio.TimeoutError, TimeoutError):
            came = ", ".join(message["type"] for message in self.received[-20:]) or "nothing"
            raise AssertionError(f"waited {self._limit:g} s; what came: {came}") from None

    async def expect(self, type: str, **fields: Any) -> dict[str, Any]:
        """Wait for the next message of a type, with these values, after the one that was expected last.

        Raises:
            AssertionError: it did not come within the limit.
        """
        found: list[dict[str, Any]] = []

        def come() -> bool:
            for place in range(self._read, len(self.received)):
                message = self.received[place]
                if message["type"] == type and all(message.get(name) == value for name, value in fields.items()):
                    self._read = place + 1
                    found.append(message)
                    return True
            return False

        await self.until(come)
        return found[0]

    async def send(self, type: str, **fields: Any) -> None:
        """Say something."""
        await self.until(lambda: self.socket)
        assert self.socket is not None
        await self.socket.send(json.dumps({"type": type, "event_id": "event_up", **fields}))

    async def begin_answer(self, id: str = "resp_1") -> None:
        """Begin a response with a message in it."""
        item = {"id": f"item_{id}", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        names = self._names
        await self.send("response.created", response={"id": id, "status": "in_progress", "output": []})
        await self.send("response.output_item.added", response_id=id, output_index=0, item=item)
        await self.send(names["item"], item=item, previous_item_id=None)
        part = {"type": names["part"], "transcript": ""}
        await self.send("response.content_part.added", **self._where(id), part=part)

    async def speak(self, text: str, pcm: bytes, id: str = "resp_1", *, block_bytes: int = 9_601) -> None:
        """Say words of a response that was begun, and their sound in blocks, cut anywhere."""
        names = self._names
        await self.send(f"{names['transcript']}.delta", **self._where(id), delta=text)
        for start in range(0, len(pcm), block_bytes):
            delta = base64.b64encode(pcm[start : start + block_bytes]).decode()
            await self.send(f"{names['audio']}.delta", **self._where(id), delta=delta)

    async def end_answer(self, text: str, id: str = "resp_1", *, status: str = "completed") -> None:
        """End a response."""
        names = self._names
        content = [{"type": names["part"], "transcript": text}]
        item = {"id": f"item_{id}", "type": "message", "role": "assistant", "status": status, "content": content}
        await self.send(f"{names['audio']}.done", **self._where(id))
        await self.send(f"{names['transcript']}.done", **self._where(id), transcript=text)
        await self.send("response.content_part.done", **self._where(id), part=content[0])
        await self.send("response.output_item.done", response_id=id, output_index=0, item=item)
        if self.speaks == "today":
            await self.send("conversation.item.done", item=item, previous_item_id=None)
        await self.send("response.done", response={"id": id, "status": status, "output": [item]})

    async def answer(self, text: str, pcm: bytes, id: str = "resp_1") -> None:
        """Give a whole answer."""
        await self.begin_answer(id)
        await self.speak(text, pcm, id)
        await self.end_answer(text, id)

    async def call(self, name: str, arguments: Mapping[str, Any], id: str = "resp_1") -> str:
        """Call a function, in a response of its own; return the call's identifier."""
        text, call_id = json.dumps(arguments), f"call_{id}"
        item = {"id": f"item_{id}", "type": "function_call", "name": name, "call_id": call_id, "arguments": ""}
        where = {"response_id": id, "item_id": f"item_{id}", "output_index": 0, "call_id": call_id}
        await self.send("response.created", response={"id": id, "status": "in_progress", "output": []})
        await self.send("response.output_item.added", response_id=id, output_index=0, item=item)
        for start in range(0, len(text), 5):
            await self.send("response.function_call_arguments.delta", **where, delta=text[start : start + 5])
        await self.send("response.function_call_arguments.done", **where, arguments=text)  # which lacks the name
        done = {**item, "arguments": text, "status": "completed"}
        await self.send("response.output_item.done", response_id=id, output_index=0, item=done)
        await self.send("response.done", response={"id": id, "status": "completed", "output": [done]})
        return call_id

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the conversation in order."""
        if self.socket is not None:
            await self.socket.close(code, reason)

    def cut(self) -> None:
        """Lose the connection: there is no farewell."""
        if self.socket is not None:
            self.socket.transport.abort()

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────────

    @property
    def _names(self) -> Mapping[str, str]:
        return _OUTPUT[self.speaks]

    def _where(self, id: str) -> dict[str, Any]:
        return {"response_id": id, "item_id": f"item_{id}", "output_index": 0, "content_index": 0}

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if self._api_key is not None and request.headers.get("Authorization") != f"Bearer {self._api_key}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "Incorrect API key provided.\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.queries.append(parse_qs(urlsplit(connection.request.path).query))
        self.headers.append(dict(connection.request.headers.raw_items()))
        self.socket, self.session = connection, self._first_session()
        with suppress(ConnectionClosed):
            if self._greets:
                await self.send("session.created", session=self.session)
            self._notify()
            async for frame in connection:
                if connection is self.socket:
                    await self._take(frame)
        self._notify()

    async def _take(self, frame: str | bytes) -> None:
        try:
            message = json.loads(frame)
            fault = None if isinstance(message["type"], str) else "a type that is no string"
        except (ValueError, KeyError, TypeError):
            fault = "no message"
        if fault is not None:
            self._surprises.append(f"{fault}: {frame[:200]!r}")
            return
        self.received.append(message)
        if message["type"] == "session.update":
            await self._update(message["session"])
        self._notify()

    async def _update(self, changes: Mapping[str, Any]) -> None:
        unknown = set(changes) - (_TODAYS_SETTINGS if self.speaks == "today" else _BETA_SETTINGS)
        if unknown or (self.speaks == "today" and changes.get("type") != "realtime"):
            self._surprises.append(f"settings that {self.speaks} does not have: {json.dumps(changes)[:300]}")
        self.session = _merged(self.session, changes)
        await self.send("session.updated", session=self.session)

    def _first_session(self) -> dict[str, Any]:
        session = {"id": "sess_up", "object": "realtime.session", "model": "scripted-realtime", "instructions": ""}
        if self.speaks == "beta":
            return {**session, "modalities": ["text", "audio"], "voice": "alloy", "input_audio_format": "pcm16"}
        pcm = {"type": "audio/pcm", "rate": 24_000}
        audio = {"input": {"format": pcm, "turn_detection": {"type": "server_vad"}}, "output": {"format": pcm}}
        return {**session, "type": "realtime", "output_modalities": ["audio"], "audio": audio}

    async def _until(self, condition: Callable[[], object]) -> None:
        while not condition():
            await self._changed.wait()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        inner = merged.get(name)
        both = isinstance(inner, Mapping) and isinstance(value, Mapping)
        merged[name] = _merged(inner, value) if both else value  # type: ignore[arg-type]
    return merged


_COMMON: Sequence[str] = ("instructions", "tools", "tool_choice", "tracing", "prompt")
_TODAYS_SETTINGS = {*_COMMON, "type", "output_modalities", "max_output_tokens", "audio", "truncation", "include"}
_BETA_SETTINGS = {
    *_COMMON,
    "modalities",
    "voice",
    "speed",
    "input_audio_format",
    "output_audio_format",
    "input_audio_transcription",
    "input_audio_noise_reduction",
    "turn_detection",
    "temperature",
    "max_response_output_tokens",
}
