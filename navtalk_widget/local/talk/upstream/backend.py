"""The connection to an OpenAI-Realtime-compatible backend."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from navtalk_widget.errors import ConfigurationError, ServiceError
from navtalk_widget.local.loopback import is_loopback
from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES, read_object, write_object

OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0
KEEP_ALIVE_S = 20.0
"""Seconds between pings, and within which one must be answered."""

_SHOWN_CHARACTERS = 200


class BackendError(ServiceError):
    """The backend cannot be reached, refuses the connection, or has ended it."""

    code = "backend"
    hint = "Check --upstream and its key, and that the backend runs."


@dataclass(frozen=True, slots=True)
class Backend:
    """Where the mind is, and what it is asked with.

    Attributes:
        url: such as ``"wss://api.openai.com/v1/realtime"``.
        model: goes into the URL; None for the backend's own.
        api_key: None for none.

    Raises:
        ConfigurationError: the address is none.
    """

    url: str
    model: str | None = None
    api_key: SecretStr | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ConfigurationError(
                f"{self.url!r} is no address of a realtime backend.",
                hint="Write it like wss://api.openai.com/v1/realtime.",
            )

    @property
    def host(self) -> str:
        """The name of its host."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine."""
        return is_loopback(self.host)

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read what is said, the key included."""
        return self.is_loopback or urlsplit(self.url).scheme == "wss"

    @property
    def address(self) -> str:
        """The whole URL to connect to."""
        parts = urlsplit(self.url)
        if self.model is None or "model" in parse_qs(parts.query):
            return self.url
        query = "&".join(filter(None, (parts.query, urlencode({"model": self.model}))))
        return urlunsplit(parts._replace(query=query))

    async def connect(self) -> BackendLink:
        """Open a connection for one conversation.

        Raises:
            BackendError: it cannot be had.
        """
        logger = logging.getLogger(f"{__name__}.websockets")
        logger.setLevel(logging.INFO)  # below, it would write the headers, and with them the key
        key = self.api_key
        try:
            socket = await connect(
                self.address,
                additional_headers=None if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"},
                compression=None,  # deflate costs four to eight times the processor time on audio
                max_size=MAX_MESSAGE_BYTES,
                open_timeout=OPEN_TIMEOUT_S,
                close_timeout=CLOSE_TIMEOUT_S,
                ping_interval=KEEP_ALIVE_S,
                ping_timeout=KEEP_ALIVE_S,
                proxy=None if self.is_loopback else True,
                logger=logger,
            )
        except InvalidStatus as error:
            raise self._refused(error.response.status_code) from error
        except TimeoutError as error:
            raise BackendError(f"The backend {self.host} does not answer within {OPEN_TIMEOUT_S:g} s.") from error
        except (OSError, InvalidHandshake, InvalidURI, EOFError) as error:
            why = "refuses the connection" if isinstance(error, ConnectionRefusedError) else "cannot be reached"
            raise BackendError(f"The backend {self.host} {why}.") from error
        return BackendLink(socket, self.host)

    def _refused(self, status: int) -> BackendError:
        match status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                lacks = "wants a key" if self.api_key is None else "does not accept the key"
                hint = "Set OPENAI_API_KEY, or give --upstream-key-file."
                return BackendError(f"The backend {self.host} {lacks} ({status}).", hint=hint)
            case HTTPStatus.NOT_FOUND:
                hint = "Check the path of --upstream, and --upstream-model."
                return BackendError(f"The backend {self.host} has nothing at that address ({status}).", hint=hint)
            case HTTPStatus.TOO_MANY_REQUESTS:
                hint = "Wait a little, or check the account's quota."
                return BackendError(f"The backend {self.host} takes no more connections now ({status}).", hint=hint)
        return BackendError(f"The backend {self.host} refuses the connection ({status}).")


class BackendLink:
    """An open connection.

    Args:
        socket: as it was opened; the link closes it.
        host: for people.
    """

    def __init__(self, socket: ClientConnection, host: str) -> None:
        self._socket = socket
        self._host = host

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message; it waits while the backend takes none.

        Raises:
            BackendError: the connection has ended.
        """
        try:
            await self._socket.send(write_object(message))
        except ConnectionClosed as error:
            raise self._ended(error) from error

    async def receive(self) -> dict[str, Any]:
        """Wait for the next message.

        Raises:
            BackendError: the connection has ended.
            ProtocolError: what came is no message.
        """
        try:
            return read_object(await self._socket.recv())
        except ConnectionClosed as error:
            raise self._ended(error) from error

    async def close(self) -> None:
        """End the connection."""
        await self._socket.close()

    def _ended(self, error: ConnectionClosed) -> BackendError:
        if error.rcvd is None:
            return BackendError(f"The connection to the backend {self._host} was lost.", hint="Connect again.")
        reason = error.rcvd.reason[:_SHOWN_CHARACTERS]
        said = f"{error.rcvd.code}: {reason}" if reason else str(error.rcvd.code)
        return BackendError(f"The backend {self._host} ended the conversation ({said}).", hint="Connect again.")
