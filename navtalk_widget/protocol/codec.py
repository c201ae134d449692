"""What the codecs of both generations have in common; the modules `v1` and `v2` are such."""

from __future__ import annotations

from typing import Protocol

from navtalk_widget.protocol.event import Event
from navtalk_widget.protocol.signalling import Signal


class Codec(Protocol):
    """Reads and writes the messages of a generation's main socket; all of it raises `ProtocolError` where it cannot."""

    def decode_client(self, message: str | bytes) -> Event | Signal:
        """Read a client's message."""

    def encode_client(self, event: Event | Signal) -> str:
        """Write a client's message."""

    def decode_server(self, message: str | bytes) -> Event | Signal:
        """Read a service's message."""

    def encode_server(self, event: Event | Signal) -> str:
        """Write a service's message."""
