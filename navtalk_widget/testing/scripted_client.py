"""A NavTalk client of either generation that says what a test tells it to, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from navtalk_widget.client.redaction import socket_logger
from navtalk_widget.protocol import signalling, v1, v2
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES
from navtalk_widget.protocol.signalling import Answer, SessionDescription, Signal
from navtalk_widget.testing.inbox import Inbox

Generation = Literal["v1", "v1-late", "v2", "v2-transitional"]
"""How a client begins:

- ``v1``: both sockets at once, `create` on the second; `session.update` upon `session.created`;
- ``v1-late``: the second socket only when the first has told the session's id;
- ``v2``: one socket; `realtime.input_config` before anything has come;
- ``v2-transitional``: one socket; a bare `session.update` upon `realtime.session.created`.
"""

CLOSE_TIMEOUT = 1.0
"""Seconds to wait for the service's farewell."""

_V1_TARGET = "123"


class ScriptedClient:
    """One conversation with a service; fails on any surprise.

    A message is a surprise if no `expect` was for it, or if it is no service's message of this generation; so is a
    connection that the service ends without `closed` having waited for that. Leaving ``async with`` raises an
    AssertionError that lists them all. ``async with`` opens nothing by itself: `begin` opens and configures as the
    generation does, and `open_main` and `open_signalling` are for clients that do it in another order.

    Args:
        url: where the service listens, such as ``ws://127.0.0.1:8810``.
        generation: how the client speaks and begins.
        ignore: names, or patterns such as ``"response.*"``, of messages that need not be expected.
        limit: seconds to wait for anything.
    """

    def __init__(
        self, url: str, generation: Generation = "v1", *, ignore: Iterable[str] = (), limit: float = 20.0
    ) -> None:
        self.url = url.rstrip("/")
        self.generation: Generation = generation
        self.main: ClientConnection | None = None
        self.signalling: ClientConnection | None = None
        """The first generation's other socket; the second's is the same as `main`."""
        self._wrapped = generation in ("v2", "v2-transitional")
        self._inbox = Inbox(ignore, limit)
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving = False

    async def __aenter__(self) -> ScriptedClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
        surprises = self._inbox.surprises()
        if surprises and error is None:
            raise AssertionError("the service surprised the client:\n" + "\n".join(surprises))

    @property
    def received(self) -> list[dict[str, Any]]:
        """All that came on the main socket."""
        return self._inbox.on("main")

    @property
    def signals(self) -> list[dict[str, Any]]:
        """All that came on the signalling socket."""
        return self._inbox.on("signalling")

    def of(self, type: str) -> list[dict[str, Any]]:
        """All messages of a type that ever came, expected or not."""
        return self._inbox.of(type)

    async def open_main(self, path: str | None = None, **query: str) -> None:
        """Open the conversation's socket.

        Args:
            path: where; None is where most clients of this generation do.
            query: the address's parameters; a licence and a character stand in for what is not given.
        """
        named = {} if "avatarId" in query else {"name" if self._wrapped else "characterName": "navtalk.Leo"}
        paths = v2.MAIN_PATHS if self._wrapped else v1.MAIN_PATHS
        self.main = await self._open(path or paths[0], {"license": "sk_navtalk_test", **named, **query})
        self._listen(self.main, "main", v2.decode_server if self._wrapped else v1.decode_server)
        if self._wrapped:
            self.signalling = self.main

    async def open_signalling(self, user_id: str, path: str | None = None) -> None:
        """Open the first generation's socket for signalling."""
        self.signalling = await self._open(path or v1.SIGNALLING_PATHS[0], {"userId": user_id})
        self._listen(self.signalling, "signalling", signalling.decode)

    async def begin(
        self, settings: Mapping[str, Any] | None = None, history: Sequence[str] = (), **query: str
    ) -> dict[str, Any]:
        """Open and configure as clients of this generation do.

        Args:
            settings: what `session.update` sets, or in plain v2 `realtime.input_config`; None sends there nothing.
            history: what the person said earlier; sent at once, without waiting for `session.updated`.
            query: parameters of the main socket's address.

        Returns:
            The service's `session.updated`.
        """
        await self.open_main(**query)
        if self.generation == "v1":
            await self.open_signalling(query.get("license", "sk_navtalk_test"))
            await self.signal({"type": "create", "targetSessionId": _V1_TARGET})
        elif self.generation == "v1-late":
            session_id = (await self.expect("session.session_id"))["sessionId"]
            await self.open_signalling(session_id)
            await self.signal({"type": "create", "targetSessionId": f"target-{session_id}"})
        elif self.generation == "v2" and settings is not None:
            await self.send({"type": "realtime.input_config", "data": {"content": json.dumps(dict(settings))}})
        if self._wrapped:
            await self.expect("conversation.connected.success")
        await self.expect("session.created")
        if self.generation != "v2":
            await self.send({"type": "session.update", "session": dict(settings or {})})
        for text in history:
            await self.say(text)
        return await self.expect("session.updated")

    async def negotiate(self, answerer: Callable[[str], Awaitable[str]]) -> None:
        """Wait for the service's offer, and answer it.

        Args:
            answerer: makes the SDP of an answer from the SDP of the offer.
        """
        offer = await self.expect("offer")
        sdp = offer.get("data", offer)["sdp"]["sdp"]
        answer = SessionDescription(type="answer", sdp=await answerer(sdp))
        await self.signal(Answer(target=offer.get("targetSessionId", ""), sdp=answer))

    async def send(self, *messages: Event | Mapping[str, Any] | str | bytes) -> None:
        """Say something on the main socket: an event in this generation's words, or JSON or a frame as it is."""
        assert self.main is not None, "open the conversation first"
        for message in messages:
            await self.main.send(self._written(message))

    async def signal(self, message: Signal | Mapping[str, Any] | str) -> None:
        """Say something about WebRTC, where this generation does that."""
        assert self.signalling is not None, "open the socket for signalling first"
        await self.signalling.send(self._written(message))

    async def say(self, text: str) -> None:
        """Type a message, without asking for an answer."""
        content = [{"type": "input_text", "text": text}]
        await self.send({"type": "conversation.item.create", "item": _message(content)})

    async def ask(self, text: str) -> None:
        """Type a message and ask for an answer."""
        await self.say(text)
        await self.send({"type": "response.create"})

    async def append_audio(self, pcm: bytes) -> None:
        """Send a block of the microphone: PCM16 at 24,000 Hz, mono."""
        audio = base64.b64encode(pcm).decode("ascii")
        if self._wrapped:
            await self.send({"type": "realtime.input_audio_buffer.append", "data": {"audio": audio}})
        else:
            await self.send({"type": "input_audio_buffer.append", "audio": audio})

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition that messages bring about.

        Raises:
            AssertionError: it did not come true within the limit, a message came that is none, or the connection
                ended.
        """
        await self._inbox.until(condition)

    async def expect(self, type: str, number: int | None = None, **fields: Any) -> dict[str, Any]:
        """Wait for a message.

        Args:
            type: its type on the wire, or the neutral name of what it means: ``"session.created"`` is
                ``"realtime.session.created"`` too, and ``"offer"`` is ``"webrtc.signaling.offer"``.
            number: which of those that ever came, from 1; None for the next that was not expected so far.
            fields: values that the message has, itself or in its `data`.

        Returns:
            The JSON object as it was on the wire.

        Raises:
            AssertionError: it did not come within the limit, a message came that is none, or the connection ended.
        """
        return await self._inbox.expect(type, number, fields)

    async def closed(self) -> tuple[int, str]:
        """Wait until the service has ended the conversation.

        Returns:
            The close code and reason; 1006 for a connection that was lost.

        Raises:
            AssertionError: it did not within the limit.
        """
        assert self.main is not None, "open the conversation first"
        await self._inbox.until(lambda: self._inbox.end is not None, "the end of the conversation")
        self._leaving = True
        return self.main.close_code or 1006, self.main.close_reason or ""

    async def hang_up(self, code: int = 1000, reason: str = "") -> None:
        """End the conversation on the main socket; as many clients do, leave the other one to the service."""
        assert self.main is not None, "open the conversation first"
        self._leaving = self._leaving or self.main.close_code is None
        await self.main.close(code, reason)

    async def close(self) -> None:
        """End the conversation, and everything of it here."""
        if self.main is not None and self.main.close_code is not None and not self._leaving:
            self._inbox.fault(_ended(self.main))
        self._leaving = True
        for connection in (self.main, self.signalling):
            if connection is not None:
                await connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, path: str, query: Mapping[str, str]) -> ClientConnection:
        return await connect(
            f"{self.url}{path}?{urlencode(query)}",
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=None,  # all is kept anyway, as far as the inbox keeps anything
            ping_interval=None,  # it says nothing that it is not told to
            close_timeout=CLOSE_TIMEOUT,
            proxy=None,
            logger=socket_logger(),  # the address holds the licence
        )

    def _listen(self, connection: ClientConnection, socket: str, decode: Callable[[str], Any]) -> None:
        task = asyncio.create_task(self._take(connection, socket, decode), name=f"scripted-client-{socket}")
        self._tasks.append(task)

    async def _take(self, connection: ClientConnection, socket: str, decode: Callable[[str], Any]) -> None:
        try:
            async for frame in connection:
                self._inbox.put(frame, socket, decode)
        except ConnectionClosed:
            pass
        if socket == "main" and not self._leaving:
            self._inbox.end = _ended(connection)
            self._inbox.notify()

    def _written(self, message: Event | Signal | Mapping[str, Any] | str | bytes) -> str | bytes:
        if isinstance(message, str | bytes):
            return message
        if isinstance(message, Mapping):
            return json.dumps(message)
        if self._wrapped:
            return v2.encode_client(message)
        return v1.encode_client(message) if isinstance(message, Event) else signalling.encode(message)


def _ended(connection: ClientConnection) -> str:
    why = f"{connection.close_code} {connection.close_reason or ''}".strip()
    return f"the service ended the connection ({why})"


def _message(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": content}
