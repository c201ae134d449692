"""A NavTalk service of either generation that says what a test tells it to, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.client.redaction import socket_logger
from navtalk_widget.protocol import events, signalling, v1, v2
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response as ModelResponse
from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES
from navtalk_widget.protocol.signalling import Signal
from navtalk_widget.testing.inbox import Inbox

CLOSE_TIMEOUT = 1.0
"""Seconds to wait for a client's farewell."""

_CONFIGURE = events.SessionUpdate.type

_PATHS: dict[str, tuple[str, ...]] = {"v1": (*v1.MAIN_PATHS, *v1.SIGNALLING_PATHS), "v2": v2.MAIN_PATHS}


class ScriptedService:
    """Holds one conversation at a time, and fails on any surprise.

    A message is a surprise if no `expect` was for it, if it is no client's message of this generation, or if it
    comes after the service has closed the conversation. Leaving ``async with`` raises an AssertionError that lists
    them all.

    Args:
        protocol: ``"v1"`` (main and signalling socket, on one port) or ``"v2"`` (one socket).
        greets: whether the service says by itself what opens a conversation, and confirms each `session.update`, of
            which each conversation's first need not be expected; can be changed at any time.
        ignore: names, or patterns such as ``"realtime.*"``, of messages that need not be expected.
        limit: seconds to wait for anything.
    """

    def __init__(
        self,
        protocol: Literal["v1", "v2"] = "v1",
        *,
        greets: bool = True,
        ignore: Iterable[str] = (),
        limit: float = 5.0,
    ) -> None:
        self.protocol = protocol
        self.greets = greets
        self.url = ""
        """Where the service listens, as ``Session(service=…)`` takes it."""
        self.queries: list[dict[str, list[str]]] = []
        """The query of each conversation's address."""
        self.main: ServerConnection | None = None
        """The conversation's socket."""
        self.signalling: ServerConnection | None = None
        """The first generation's other socket; the second's is the same as `main`."""
        self._inbox = Inbox(ignore, limit)
        self._configured = False
        self._closed: set[ServerConnection] = set()
        self._server: Server | None = None

    async def __aenter__(self) -> ScriptedService:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._refuse_unknown_paths,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            ping_interval=None,  # it says nothing that it is not told to
            close_timeout=CLOSE_TIMEOUT,
            logger=socket_logger(),  # the addresses hold licences
        )
        self.url = f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        surprises = self._inbox.surprises()
        if surprises and error is None:
            raise AssertionError("the client surprised the service:\n" + "\n".join(surprises))

    @property
    def connections(self) -> int:
        """How many conversations were begun."""
        return len(self.queries)

    @property
    def received(self) -> list[dict[str, Any]]:
        """All that came on main sockets."""
        return self._inbox.on("main")

    @property
    def signals(self) -> list[dict[str, Any]]:
        """All that came on signalling sockets."""
        return self._inbox.on("signalling")

    def of(self, type: str) -> list[dict[str, Any]]:
        """All messages of a type that ever came, expected or not."""
        return self._inbox.of(type)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition that messages or connections bring about.

        Raises:
            AssertionError: it did not come true within the limit, or a message came that is none.
        """
        await self._inbox.until(condition)

    async def expect(self, type: str, number: int | None = None, **fields: Any) -> dict[str, Any]:
        """Wait for a message.

        Args:
            type: its type on the wire, or the neutral name of what it means: ``"input_audio_buffer.append"`` is
                ``"realtime.input_audio_buffer.append"`` too.
            number: which of those that ever came, from 1; None for the next that was not expected so far.
            fields: values that the message has, itself or in its `data`.

        Returns:
            The JSON object as it was on the wire.

        Raises:
            AssertionError: it did not come within the limit, or a message came that is none.
        """
        return await self._inbox.expect(type, number, fields)

    async def send(self, *messages: Event | Mapping[str, Any] | str | bytes) -> None:
        """Say something on the main socket: an event in this generation's words, or JSON or a frame as it is."""
        await self._inbox.until(lambda: self.main, "a conversation")
        assert self.main is not None
        for message in messages:
            await self.main.send(self._written(message))

    async def signal(self, message: Signal | Mapping[str, Any] | str) -> None:
        """Say something about WebRTC, where this generation does that."""
        await self._inbox.until(lambda: self.signalling, "a socket for signalling")
        assert self.signalling is not None
        await self.signalling.send(self._written(message))

    async def answer(self, text: str, pcm: bytes | str = b"", response_id: str = "resp_1") -> None:
        """Give a whole answer.

        Args:
            text: what the avatar says.
            pcm: its voice: PCM16 at 24,000 Hz, mono, as bytes or in base64.
            response_id: how the answer is called.
        """
        ids = {"response_id": response_id, "item_id": f"item_of_{response_id}"}
        said: list[Event] = [events.AudioTranscriptDelta(delta=text, **ids)]
        if pcm:
            said.append(events.AudioDelta.model_validate({"delta": pcm, **ids}))
        said.append(events.AudioTranscriptDone(transcript=text, **ids))
        if self.protocol == "v1":
            done = ModelResponse(id=response_id, status="completed")
            begun = events.ResponseCreated(response=ModelResponse(id=response_id))
            await self.send(begun, *said, events.ResponseDone(response=done))
        else:  # the second generation is not known to tell of responses as such
            await self.send(*said, events.AudioDone(**ids))

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the conversation in order; whatever still comes for it, on the other socket, is a surprise."""
        if self.main is not None:
            await self.main.close(code, reason)
        if self.signalling is not None:
            self._closed.add(self.signalling)

    def cut(self) -> None:
        """Lose the connection: the client gets no farewell."""
        for connection in (self.main, self.signalling):
            if connection is not None:
                connection.transport.abort()

    def _written(self, message: Event | Signal | Mapping[str, Any] | str | bytes) -> str | bytes:
        if isinstance(message, str | bytes):
            return message
        if isinstance(message, Mapping):
            return json.dumps(message)
        if self.protocol == "v2":
            return v2.encode_server(message)
        return v1.encode_server(message) if isinstance(message, Event) else signalling.encode(message)

    def _refuse_unknown_paths(self, connection: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        if path in _PATHS[self.protocol]:
            return None
        self._inbox.fault(f"a connection to {path}, where {self.protocol} has nothing")
        return connection.respond(HTTPStatus.NOT_FOUND, "There is nothing here.\n")

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        address = urlsplit(connection.request.path)
        with suppress(ConnectionClosed):
            if address.path in v1.SIGNALLING_PATHS:
                self.signalling = connection
                await self._listen(connection, "signalling", signalling.decode)
            else:
                self.queries.append(parse_qs(address.query, keep_blank_values=True))
                self.main, self._configured = connection, False
                if self.protocol == "v2":
                    self.signalling = connection
                await self._greet(connection)
                await self._listen(connection, "main", v1.decode_client if self.protocol == "v1" else v2.decode_client)

    async def _greet(self, connection: ServerConnection) -> None:
        if not self.greets:
            return
        greeting: list[Event] = [events.SessionCreated()]
        if self.protocol == "v2":
            session_id = f"session-{self.connections}"
            greeting = [events.ConversationConnected(session_id=session_id), *greeting, events.SessionUpdated()]
        for event in greeting:
            await connection.send(self._written(event))

    async def _listen(
        self, connection: ServerConnection, socket: str, decode: Callable[[str], Event | Signal | None]
    ) -> None:
        self._inbox.notify()
        async for frame in connection:
            if connection in self._closed:
                self._inbox.fault(f"{frame[:80]!r} came on the {socket} socket of a closed conversation")
            first = self.greets and connection is self.main and not self._configured
            message = self._inbox.put(frame, socket, decode, excused=_CONFIGURE if first else None)
            if message is not None and self.greets and message["type"] == _CONFIGURE:
                self._configured = True
                await connection.send(self._written(events.SessionUpdated(session=message["session"])))
