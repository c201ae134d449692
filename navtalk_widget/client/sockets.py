"""The sockets of a conversation, over `websockets`: one for everything, or more for signalling and for media.

Errors of `websockets` are translated here and nowhere else. They are raised anew, without their cause and from where
no variable holds the address, for the address holds the licence, and some tracebacks show variables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from navtalk_widget.client.endpoint import AvatarChoice, Endpoint
from navtalk_widget.client.redaction import redact, socket_logger, without
from navtalk_widget.errors import LicenseRefused, ProtocolError, ServiceError, ServiceLimit, ServiceUnreachable
from navtalk_widget.protocol import signalling
from navtalk_widget.protocol.codec import Codec
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES
from navtalk_widget.protocol.media_frames import KEY_FRAME_WANTED, MediaUse, VideoCodec, is_media
from navtalk_widget.protocol.signalling import Signal

PASSING_REFUSALS = (408, 425, 429)
"""Of the HTTP answers that put the fault with the client, those that may be another when it asks again."""

OPEN_TIMEOUT = 10.0
"""Seconds to wait for a connection."""

CLOSE_TIMEOUT = 2.0
"""Seconds to wait for the service's farewell."""

KEEP_ALIVE = 10.0
"""Seconds between pings, and for the answer to one: a connection of which only one half is left is noticed within
twice that."""


class MainSocket:
    """Sends and receives the events of a conversation and, in the second generation, its signalling."""

    def __init__(self, connection: ClientConnection, codec: Codec, license: SecretStr) -> None:
        self._connection = connection
        self._codec = codec
        self._license = license

    @classmethod
    async def open(cls, endpoint: Endpoint, avatar: AvatarChoice) -> MainSocket:
        """Connect.

        Raises:
            ServiceUnreachable: nobody answers, or not as a NavTalk service does.
            LicenseRefused: the service answers 401 or 403.
        """
        opened = await _open(lambda: endpoint.main_url(avatar), endpoint.main_address)
        if isinstance(opened, ServiceError):
            raise opened
        return cls(opened, endpoint.codec, endpoint.license)

    @property
    def round_trip_ms(self) -> float | None:
        """To the service and back, as the last ping took; None before the first, after `KEEP_ALIVE`."""
        return 1000 * self._connection.latency or None

    async def send(self, event: Event | Signal) -> None:
        """Send an event or signal; waits while the service does not read.

        Raises:
            ServiceError: the connection is gone.
        """
        await _send(self._connection, self._codec.encode_client(event), self._license)

    async def messages(self) -> AsyncIterator[Event | Signal | ProtocolError]:
        """Receive until the connection ends; a message that breaks the protocol comes as an error object.

        Raises:
            ServiceError: the connection was lost, or the service closed it for a reason.
        """
        async for message in _messages(self._connection, self._license):
            decoded = self._decoded(message)
            if isinstance(message, str) and isinstance(decoded, Event | ProtocolError):  # signals go back as they are
                shown = without(message, self._license)
                decoded = decoded if shown == message else self._decoded(shown)
            yield decoded

    async def close(self) -> None:
        """End the connection."""
        await self._connection.close()

    def _decoded(self, message: str | bytes) -> Event | Signal | ProtocolError:
        try:
            return self._codec.decode_server(message)
        except ProtocolError as error:
            return error


class SignallingSocket:
    """Sends and receives WebRTC descriptions and candidates."""

    def __init__(self, connection: ClientConnection, license: SecretStr) -> None:
        self._connection = connection
        self._license = license

    @classmethod
    async def open(cls, endpoint: Endpoint, session_id: str | None) -> SignallingSocket:
        """Connect and ask for an offer.

        Raises:
            ServiceUnreachable: nobody answers, or not as a NavTalk service does.
        """
        opened = await _open(lambda: endpoint.signalling_url(session_id), endpoint.signalling_address)
        if isinstance(opened, ServiceError):
            raise opened
        socket = cls(opened, endpoint.license)
        # Some clients put the licence here; any word will do, and this one may be seen.
        target = f"target-{session_id}" if session_id else str(uuid4())
        await socket.send(signalling.Create(target=target))
        return socket

    async def send(self, signal: Signal) -> None:
        """Send a description or candidate.

        Raises:
            ServiceError: the connection is gone.
        """
        await _send(self._connection, signalling.encode(signal), self._license)

    async def signals(self) -> AsyncIterator[Signal | ProtocolError]:
        """Receive descriptions and candidates until the connection ends.

        Raises:
            ServiceError: the connection was lost.
        """
        async for message in _messages(self._connection, self._license):
            if isinstance(message, bytes):
                continue
            signal = self._decoded(message)
            if isinstance(signal, ProtocolError):  # its words and its cause quote the message
                signal = self._decoded(without(message, self._license))
            if signal is not None:
                yield signal

    async def close(self) -> None:
        """End the connection."""
        await self._connection.close()

    def _decoded(self, message: str) -> Signal | ProtocolError | None:
        try:
            return signalling.decode(message)
        except ProtocolError as error:
            return error


class MediaSocket:
    """Receives the avatar's voice and picture where WebRTC brings none; the embedded service has this."""

    def __init__(self, connection: ClientConnection, license: SecretStr) -> None:
        self._connection = connection
        self._license = license

    @classmethod
    async def open(cls, endpoint: Endpoint, session_id: str, codec: VideoCodec, use: MediaUse = "page") -> MediaSocket:
        """Connect.

        Raises:
            ServiceUnreachable: nobody answers, or not as the embedded service does.
        """
        opened = await _open(lambda: endpoint.media_url(session_id, codec, use), endpoint.media_address)
        if isinstance(opened, ServiceError):
            raise opened
        return cls(opened, endpoint.license)

    async def frames(self) -> AsyncIterator[bytes]:
        """Receive frames, as `navtalk_widget.protocol.media_frames` tells, until the connection ends.

        Raises:
            ServiceError: the connection was lost, or the service closed it for a reason.
        """
        async for message in _messages(self._connection, self._license):
            if isinstance(message, bytes) and is_media(message):
                yield message

    async def want_key_frame(self) -> None:
        """Ask for a picture that can be understood without those before.

        Raises:
            ServiceError: the connection is gone.
        """
        await _send(self._connection, KEY_FRAME_WANTED, self._license)

    async def close(self) -> None:
        """End the connection."""
        await self._connection.close()


async def _open(url: Callable[[], str], address: str) -> ClientConnection | ServiceError:
    """Connect, or return why that was not possible.

    Args:
        url: makes the whole address, with the licence.
        address: what may be shown of it.
    """
    try:
        return await connect(
            url(),
            compression=None,  # deflate costs four to eight times the processor time on audio
            max_size=MAX_MESSAGE_BYTES,
            open_timeout=OPEN_TIMEOUT,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=KEEP_ALIVE,
            ping_timeout=KEEP_ALIVE,
            proxy=None if _is_loopback(address) else True,
            logger=socket_logger(),
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status in (401, 403):
            return LicenseRefused(f"{address} refused the licence (HTTP {status}).")
        words = f"{address} answered HTTP {status} instead of opening a conversation."
        if 400 <= status < 500 and status not in PASSING_REFUSALS:
            return ServiceUnreachable(words, hint="Correct the address in service=.", code="service_address")
        return ServiceUnreachable(words)
    except (InvalidURI, ValueError):  # UnicodeError, for names that are none, is a ValueError
        return ServiceUnreachable(f"{address} is not a valid address.", hint="Correct service=.")
    except InvalidHandshake as error:
        return ServiceUnreachable(f"{address} does not answer as a NavTalk service: {redact(str(error))}.")
    except (asyncio.TimeoutError, TimeoutError):
        return ServiceUnreachable(f"{address} did not answer within {OPEN_TIMEOUT:.0f} s.", hint=_way_out(address))
    except OSError as error:
        return ServiceUnreachable(
            f"{address} cannot be reached ({error.strerror or type(error).__name__}).", hint=_way_out(address)
        )
    except ImportError as error:  # the environment names a SOCKS proxy
        return ServiceUnreachable(
            f"{address} is to be reached through a proxy, and that needs a package: {error}.",
            hint="Install python-socks, or unset the proxy in the environment.",
        )


def _way_out(address: str) -> str | None:
    """What to do when nobody answers; far away is the one that is told of the service that needs no network."""
    return None if _is_loopback(address) else f"{ServiceUnreachable.hint} Without a network, use service='local'."


def _is_loopback(address: str) -> bool:
    return address.startswith(("ws://127.", "ws://localhost", "ws://[::1]"))


# What is raised in an `except` clause keeps what was caught there, and that may quote the licence.


async def _send(connection: ClientConnection, text: str, license: SecretStr) -> None:
    try:
        await connection.send(text)
        return
    except ConnectionClosed as error:
        lost = _lost(error, license)
    raise lost


async def _messages(connection: ClientConnection, license: SecretStr) -> AsyncIterator[str | bytes]:
    lost = None
    try:
        async for message in connection:
            yield message
    except ConnectionClosed as error:
        lost = _lost(error, license)
    if lost is not None:
        raise lost
    if connection.close_reason:  # a farewell in order, but for a reason
        raise _refusal(connection.close_code, without(redact(connection.close_reason), license))


def _lost(error: ConnectionClosed, license: SecretStr) -> ServiceError:
    if error.rcvd is not None and error.rcvd.reason:
        return _refusal(error.rcvd.code, without(redact(error.rcvd.reason), license))
    return ServiceUnreachable("The connection to the service was lost.")


def _refusal(code: int | None, reason: str) -> ServiceError:
    if reason == "Insufficient points":  # the one reason that NavTalk's clients know
        return ServiceLimit("The account's balance is used up.", code="insufficient_balance")
    if code == 1008:
        return LicenseRefused(f"The service closed the conversation: {reason}.")
    if code == 1013:
        return ServiceLimit(f"The service closed the conversation: {reason}.")
    return ServiceUnreachable(f"The service closed the conversation: {reason}.")
