"""What one side of a scripted conversation has received: waited for, looked at, and found surprising."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.events import Event, UnknownEvent, name_of
from navtalk_widget.protocol.signalling import Signal

MAX_MESSAGES = 100_000
"""Messages that are kept; more are dropped, and that is a fault."""

MAX_FAULTS = 100
"""Faults that are kept, the first ones."""

_SHOWN = 20
_SHOWN_CHARACTERS = 300


@dataclass(slots=True)
class Received:
    """One message that came."""

    message: dict[str, Any]
    """The JSON object as it was on the wire."""
    names: frozenset[str]
    """Its `type` on the wire, and the neutral name of what it means."""
    socket: str
    expected: bool = False
    excused: bool = False
    """Whether it is no surprise that nobody expected it."""


class Inbox:
    """Keeps every message, and knows which of them somebody expected.

    Args:
        ignore: names, or patterns such as ``"response.*"``, of messages that need not be expected.
        limit: seconds to wait for anything.
    """

    def __init__(self, ignore: Iterable[str], limit: float) -> None:
        self._ignore = tuple(ignore)
        self._limit = limit
        self._received: list[Received] = []
        self._changed = asyncio.Event()
        self._faults: list[str] = []
        self.end: str | None = None
        """How the connection ended from which messages came; waiting ends with it."""

    def put(
        self,
        frame: str | bytes,
        socket: str,
        decode: Callable[[str], Event | Signal | None],
        *,
        excused: str | None = None,
    ) -> dict[str, Any] | None:
        """Take a frame; return its message, or None for one that is none of the protocol's.

        Args:
            frame: as it came.
            socket: where it came from.
            decode: the codec for that socket.
            excused: the type of which this message is no surprise even if nobody expects it.
        """
        if len(self._received) >= MAX_MESSAGES:
            self.fault(f"more than {MAX_MESSAGES} messages came")
            return None
        received = _read(frame, socket, decode)
        if isinstance(received, str):
            self.fault(received)
            return None
        received.excused = received.message["type"] == excused
        self._received.append(received)
        self.notify()
        return received.message

    def fault(self, what: str) -> None:
        """Take note of something that must not have happened at all."""
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(what)
        self.notify()

    def notify(self) -> None:
        """Let those who wait look again."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until a condition holds that messages or connections bring about.

        Raises:
            AssertionError: it did not within the limit, something happened that must not, or the connection ended.
        """
        try:
            await asyncio.wait_for(self._until(condition, what), self._limit)
        except (asyncio.TimeoutError, TimeoutError):
            raise AssertionError(f"waited {self._limit:g} s for {what or condition}; {self._summary()}") from None

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        while not condition():
            if self._faults:
                raise AssertionError(f"while waiting for {what or condition}: {'; '.join(self._faults)}")
            if self.end is not None:
                raise AssertionError(f"{self.end} while waiting for {what or condition}; {self._summary()}")
            await self._changed.wait()

    async def expect(self, name: str, number: int | None, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Wait for a message, and take note that it was expected.

        Args:
            name: its `type` on the wire, or the neutral name of what it means.
            number: which of those that ever came, from 1; None for the next that nobody has expected.
            fields: values that it has, itself or in its `data`.
        """
        found: list[Received] = []

        def come() -> bool:
            all_of_them = [each for each in self._received if name in each.names and _has(each.message, fields)]
            found[:] = all_of_them[number - 1 :] if number else [each for each in all_of_them if not each.expected]
            return bool(found)

        wanted = " ".join([name, *(f"{field}={value!r}" for field, value in fields.items())])
        await self.until(come, wanted if number is None else f"{wanted} (number {number})")
        found[0].expected = True
        return found[0].message

    def of(self, name: str) -> list[dict[str, Any]]:
        """Every message of a name that ever came."""
        return [each.message for each in self._received if name in each.names]

    def on(self, socket: str) -> list[dict[str, Any]]:
        """Every message that ever came on a socket."""
        return [each.message for each in self._received if each.socket == socket]

    def surprises(self) -> list[str]:
        """What nobody expected, a sentence each."""
        left = [
            f"{_shortened(json.dumps(each.message))} on the {each.socket} socket was not expected"
            for each in self._received
            if not (each.expected or each.excused or self._is_ignored(each))
        ]
        return [*self._faults, *left[:_SHOWN], *([f"and {len(left) - _SHOWN} more"] if len(left) > _SHOWN else [])]

    def _is_ignored(self, received: Received) -> bool:
        return any(fnmatchcase(name, ignored) for name in received.names for ignored in self._ignore)

    def _summary(self) -> str:
        names = [each.message["type"] for each in self._received][-_SHOWN:]
        return f"what came: {', '.join(names) or 'nothing'}"


def _read(frame: str | bytes, socket: str, decode: Callable[[str], Event | Signal | None]) -> Received | str:
    """What came, or why it is no message."""
    if isinstance(frame, bytes):
        return f"a binary frame of {len(frame)} bytes on the {socket} socket"
    try:
        decoded = decode(frame)
    except ProtocolError as error:
        return f"{_shortened(frame)} on the {socket} socket: {error}"
    if decoded is None or isinstance(decoded, UnknownEvent):
        return f"{_shortened(frame)} on the {socket} socket is no message of this generation"
    message = json.loads(frame)
    neutral = name_of(decoded) if isinstance(decoded, Event) else decoded.type
    return Received(message, frozenset({message["type"], neutral}), socket)


def _has(message: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    data = message.get("data")
    places = [message, data] if isinstance(data, dict) else [message]
    return all(any(name in place and place[name] == value for place in places) for name, value in fields.items())


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
