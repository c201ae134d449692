"""The two generations of the protocol on a main socket."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from navtalk_widget.protocol import events, v1, v2
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.signalling import Signal

ProtocolName: TypeAlias = Literal["v1", "v2"]


class Generation(Protocol):
    """How one client is talked to."""

    @property
    def name(self) -> ProtocolName:
        """As `Conversation` takes it."""

    def decode(self, message: str | bytes) -> Event | Signal:
        """Read a client's message.

        Raises:
            ProtocolError: it cannot be read.
        """

    def encode(self, event: Event | Signal) -> str | None:
        """Write what the service says; None for what this generation does not say."""


class FirstGeneration:
    """OpenAI's events as they are; signals have a socket of their own."""

    name: ProtocolName = "v1"

    def decode(self, message: str | bytes) -> Event:
        """See `Generation`."""
        return v1.decode_client(message)

    def encode(self, event: Event | Signal) -> str | None:
        """See `Generation`."""
        return v1.encode_server(event) if event.type in v1.SERVER_EVENTS else None


class SecondGeneration:
    """Everything wrapped and on one socket; no more is sent than some source shows."""

    name: ProtocolName = "v2"

    def __init__(self) -> None:
        self._configured_as_before = False
        self._tools_configured = False
        self._tools_declared = False

    def decode(self, message: str | bytes) -> Event | Signal:
        """See `Generation`."""
        decoded = v2.decode_client(message)
        match decoded:
            case events.SessionUpdate():
                self._configured_as_before = True
            case events.InputConfig(tools=tools) if tools:
                self._tools_configured = True
            case events.InputFunctionCall():
                self._tools_declared = True
        return decoded

    def encode(self, event: Event | Signal) -> str | None:
        """See `Generation`."""
        if isinstance(event, Event) and not v2.sends_to_clients(event):
            return None
        return v2.encode_server(event, arguments_as_text=self._needs_arguments_as_text)

    @property
    def _needs_arguments_as_text(self) -> bool:
        """Which form a client reads shows in how it configures.

        The transitional clients, which do so in OpenAI's own words, and those that have their tools in the
        configuration parse a call's arguments; those that declare their tools by themselves take an object.
        """
        return self._configured_as_before or (self._tools_configured and not self._tools_declared)
