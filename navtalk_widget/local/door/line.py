"""A main socket, as its generation talks on it."""

from __future__ import annotations

from navtalk_widget.local.door.endings import Ending
from navtalk_widget.local.door.generations import Generation
from navtalk_widget.local.door.outbox import Outbox
from navtalk_widget.local.door.websocket import WebSocket
from navtalk_widget.local.talk.refusal import invalid_request
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.signalling import Signal


class Line:
    """Says events and signals to one client, and ends with an `Ending`.

    Args:
        socket: open; whoever wants to hear the client iterates over it.
        generation: how to talk.
    """

    def __init__(self, socket: WebSocket, generation: Generation) -> None:
        self.socket = socket
        self.generation = generation
        self._outbox = Outbox(socket)

    def send(self, event: Event | Signal) -> None:
        """Say something, if this generation says it at all; it does not block."""
        text = self.generation.encode(event)
        if text is not None:
            self._outbox.put(text)

    def refuse(self, message: str) -> None:
        """Tell the client that something it signalled cannot be done; the connection goes on."""
        self.send(events.ErrorEvent(error=invalid_request("invalid_signal", message)))

    async def end(self, ending: Ending) -> None:
        """Say the last words and close the socket, within the bounds of its outbox; the first ending counts."""
        if ending.event is not None:
            self.send(ending.event)
        await self._outbox.close(ending.code, ending.reason)
