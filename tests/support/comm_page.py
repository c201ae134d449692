"""The page's end of the comm, spoken by a test."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from navtalk_widget.gateway.comm import CommDoor


class CommPage:
    """A page that has no socket.

    Args:
        door: what takes its messages; give `posted` of all its pages to the door as well.
        name: how it calls itself.
    """

    def __init__(self, door: CommDoor, name: str) -> None:
        self._door = door
        self._name = name
        self._number = 0
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.served_by: asyncio.AbstractEventLoop | None = None
        self.taken: list[int] = []
        self.voice: list[bytes] = []
        self.closed = asyncio.Event()

    def posted(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        """What the kernel sends reaches every page; each picks its own."""
        if content["page"] != self._name:
            return
        if content["type"] == "comm_taken":
            self.taken.append(content["number"])
        elif content["type"] == "comm_closed":
            self.closed.set()
        elif content["text"] is not None:
            self._told.put_nowait(json.loads(content["text"]))
        self.voice.extend(buffers)

    def open(self, name: str = "", connection: int = 0) -> None:
        """Ask to be served, perhaps with the name that the page has on all ways, and not for the first time."""
        self._take({"type": "comm_open", "name": name, "connection": connection})

    def send(self, message: dict[str, Any] | str | None = None, *frames: bytes) -> int:
        """Send a message, or frames, or neither; the number of what was sent."""
        self._number += 1
        text = json.dumps(message) if isinstance(message, dict) else message
        self._take({"type": "comm_frames", "number": self._number, "text": text}, *frames)
        return self._number

    def leave(self) -> None:
        """Go, as a page does that is closed."""
        self._take({"type": "comm_close"})

    async def expect(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait for the next message of a type that has these fields."""
        while True:
            message = await asyncio.wait_for(self._told.get(), 20)
            if message["type"] == kind and all(message[name] == value for name, value in fields.items()):
                return message

    def _take(self, content: dict[str, Any], *buffers: bytes) -> None:
        self._door.take({**content, "page": self._name}, list(buffers), self.served_by)
