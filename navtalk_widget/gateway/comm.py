"""Pages whose only way to the kernel is the notebook's comm.

The comm carries the same frames as the gateway's WebSocket, each page's under a name of its own, because whatever the
kernel sends by comm reaches all pages that show the widget. Most kernels read it between cells only (ipykernel 7 with
JupyterLab 4.4 in a subshell, and then at any time); therefore a page sends no more than a few frames ahead of what it
is told was taken, and a page is not taken for gone while a cell runs.

``tests/wire/comm_messages.json`` holds a sample of each message.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from navtalk_widget.gateway.connection import Connection

FRAMES_LIMIT = 512
"""Frames that may wait to be read; a page that lets more pile up is disconnected."""

BYTES_PER_SECOND = 1_000_000
"""As much as is sent: a hub passes the comm on together with everything else of the notebook."""

SILENCE_LIMIT = 15.0
"""Seconds without a word while the comm is served, after which a page has gone; it says something every three."""

AFTER_CELL = 3.0
"""Seconds for what has waited behind a cell to be read."""

_logger = logging.getLogger(__name__)

Post = Callable[[dict[str, Any], list[bytes]], None]


class _FromPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    page: str = Field(min_length=8, max_length=64)


class CommOpen(_FromPage):
    """A page wants to be served by comm."""

    type: Literal["comm_open"]
    name: str = Field("", max_length=64)
    """How the page calls itself over all its connections, whatever carries them; `page` is this one's name."""
    connection: int = Field(0, ge=0)
    """Counts the connections of a page."""


class CommFrames(_FromPage):
    """A text frame, or binary ones as buffers, or neither: the page is still there."""

    type: Literal["comm_frames"]
    number: int = Field(ge=0)
    text: str | None = Field(default=None, max_length=2**20)


class CommClose(_FromPage):
    """The page goes, or has found a better way."""

    type: Literal["comm_close"]


CommMessage = CommOpen | CommFrames | CommClose

_comm_message: TypeAdapter[CommMessage] = TypeAdapter(Annotated[CommMessage, Field(discriminator="type")])


def read(content: dict[str, Any]) -> CommMessage:
    """Read a message of the comm.

    Raises:
        ValidationError: it is none that a page may send.
    """
    return _comm_message.validate_python(content)


class CommConnection:
    """A page that is connected by comm.

    Args:
        page: its name.
        post: sends a message with buffers to all pages of the widget.
    """

    way: Final = "comm"

    def __init__(self, page: str, post: Post) -> None:
        self._page = page
        self._post = post
        self._arrived: deque[tuple[int, str | bytes | None]] = deque()
        self._changed = asyncio.Event()
        self._ended = False
        self.served_by: asyncio.AbstractEventLoop | None = None
        """The loop in which the comm is read; nothing arrives while a cell keeps it busy."""
        self.heard_at = time.monotonic()

    def deliver(self, message: CommFrames, buffers: Sequence[bytes]) -> None:
        """Take in what the page has sent."""
        if len(self._arrived) + len(buffers) >= FRAMES_LIMIT:
            self.abort()
            return
        frames = [frame for frame in (message.text, *buffers) if frame is not None]
        self._arrived.extend((message.number, frame) for frame in frames)
        self._arrived.append((message.number, None))
        self._changed.set()

    async def frames(self) -> AsyncGenerator[str | bytes, None]:
        """What the page sends, until the connection ends."""
        while True:
            while self._arrived and not self._ended:
                number, frame = self._arrived.popleft()
                if frame is None:  # all of that number was taken
                    self._post({"type": "comm_taken", "page": self._page, "number": number}, [])
                else:
                    yield frame
            if self._ended:
                return
            self._changed.clear()
            await self._changed.wait()

    async def send(self, frame: str | bytes) -> None:
        """Send a frame, no faster than a notebook can pass it on; after the end, nothing happens."""
        if self._ended:
            return
        text, buffers = (frame, []) if isinstance(frame, str) else (None, [frame])
        self._post({"type": "comm_frame", "page": self._page, "text": text}, buffers)
        await asyncio.sleep(len(frame) / BYTES_PER_SECOND)

    def abort(self) -> None:
        """End the connection at once."""
        self._ended = True
        self._changed.set()

    async def gone(self) -> None:
        """Wait until the page has said nothing for long, though it could have been heard."""
        while True:
            silent = time.monotonic() - self.heard_at
            if silent < SILENCE_LIMIT:
                await asyncio.sleep(SILENCE_LIMIT - silent)
                continue
            heard_at = self.heard_at
            await self._comm_is_served()
            await asyncio.sleep(AFTER_CELL)
            if self.heard_at == heard_at:
                return

    async def _comm_is_served(self) -> None:
        if self.served_by is None or self.served_by.is_closed():
            return
        served, here = asyncio.Event(), asyncio.get_running_loop()
        self.served_by.call_soon_threadsafe(here.call_soon_threadsafe, served.set)
        await served.wait()  # for as long as the cell takes; whoever ends the connection ends this too


class CommDoor:
    """Lets pages in that come by comm: the kernel has shown them the widget, so they need no token.

    Belongs to the gateway's loop.

    Args:
        serve: serves a page until its connection ends, given its name and which of its connections this is; returns at
            once if there are too many.
        post: sends a message with buffers to all pages of the widget.
    """

    def __init__(self, serve: Callable[[Connection, str, int], Awaitable[None]], post: Post) -> None:
        self._serve = serve
        self._post = post
        self._connections: dict[str, CommConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def take(
        self, content: dict[str, Any], buffers: Sequence[bytes], served_by: asyncio.AbstractEventLoop | None
    ) -> None:
        """Take in a message of the comm; one that is not understood is passed over."""
        try:
            message = read(content)
        except ValidationError:
            _logger.debug("A page sent %r by comm, which is not understood", content.get("type"))
            return
        connection = self._connections.get(message.page)
        if connection is None and isinstance(message, CommOpen) and not self._closed:
            connection = self._connections[message.page] = CommConnection(message.page, self._post)
            task = asyncio.create_task(self._attend(message, connection), name="navtalk-comm")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if connection is None:
            if isinstance(message, CommFrames):
                self._tell_end(message.page)
            return
        connection.served_by = served_by
        connection.heard_at = time.monotonic()
        if isinstance(message, CommFrames):
            connection.deliver(message, buffers)
        elif isinstance(message, CommClose):
            connection.abort()

    async def close(self) -> None:
        """End all connections."""
        self._closed = True
        for connection in self._connections.values():
            connection.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _attend(self, opened: CommOpen, connection: CommConnection) -> None:
        serving = asyncio.ensure_future(self._serve(connection, opened.name, opened.connection))
        leaving = asyncio.ensure_future(connection.gone())
        try:
            await asyncio.wait((serving, leaving), return_when=asyncio.FIRST_COMPLETED)
            connection.abort()
            await serving
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            del self._connections[opened.page]
            self._tell_end(opened.page)

    def _tell_end(self, page: str) -> None:
        self._post({"type": "comm_closed", "page": page}, [])
