"""The first generation's second socket, on which a client gets to see the avatar."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from navtalk_widget.errors import ProtocolError
from navtalk_widget.local.door.outbox import Outbox
from navtalk_widget.local.door.viewer import Stage, Viewer
from navtalk_widget.local.door.websocket import WebSocket
from navtalk_widget.local.talk.refusal import invalid_request
from navtalk_widget.protocol import signalling
from navtalk_widget.protocol.signalling import Create, Signal

logger = logging.getLogger(__name__)


class SignallingSocket:
    """Serves one signalling socket.

    Args:
        socket: open; `run` reads it.
        user_id: what the client gave as `userId`.
        on_wish: called in the loop when the client asks for an offer, with this socket.
        ice_servers: `RTCIceServer` dictionaries for the service's own side.
    """

    def __init__(
        self,
        socket: WebSocket,
        user_id: str,
        *,
        on_wish: Callable[[SignallingSocket], None],
        ice_servers: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.wishes_offer = False
        self.conversation: Stage | None = None
        """The conversation it belongs to, even when the connection to it has failed."""
        self._socket = socket
        self._user_id = user_id
        self._target = ""
        self._on_wish = on_wish
        self._outbox = Outbox(socket)
        self._viewer = Viewer(self, ice_servers=ice_servers)

    @property
    def names(self) -> tuple[str, str]:
        """What the client said about whom it wants to see."""
        return self._user_id, self._target

    @property
    def stage(self) -> Stage | None:
        """The conversation that there is a connection to, if there is one."""
        return self._viewer.stage

    async def run(self) -> None:
        """Read the socket until it is closed."""
        async for message in self._socket:
            await self._take(message)

    def show(self, stage: Stage) -> None:
        """Offer a connection to this conversation, in place of the one there may be."""
        self.wishes_offer = False
        self.conversation = stage
        self._viewer.show(stage)

    def leave(self) -> None:
        """Give up the conversation, if there is one; the socket stays open."""
        self.conversation = None
        self._viewer.leave()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection and the socket."""
        self._viewer.leave()
        await self._outbox.close(code, reason)
        await self._viewer.close()

    def send(self, signal: Signal) -> None:
        """Send a signal."""
        self._outbox.put(signalling.encode(signal))

    def refuse(self, message: str) -> None:
        """Tell the client that something it sent cannot be done; the connection goes on."""
        error = {"type": "error", "error": invalid_request("invalid_signal", message)}
        self._outbox.put(json.dumps(error, ensure_ascii=False))

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.refuse("Signalling messages are text.")
            return
        try:
            signal = signalling.decode(message)
        except ProtocolError as error:
            self.refuse(error.message)
            return
        if signal is None:
            self.refuse("Signalling messages are of type create, offer, answer or iceCandidate.")
        elif isinstance(signal, Create):
            self._target = signal.target
            self.wishes_offer = True
            self._on_wish(self)
        else:
            await self._viewer.take(signal)
