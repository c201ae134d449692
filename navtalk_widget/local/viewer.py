"""One signalling socket: it brings a viewer and the avatar's picture together."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from navtalk_widget.errors import ProtocolError
from navtalk_widget.local.outbox import Outbox
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.peer import AvatarPeer, PeerState, SignallingError
from navtalk_widget.local.rtc.tracks import FrameSource
from navtalk_widget.protocol import signalling
from navtalk_widget.protocol.signalling import Answer, Create, IceCandidate, Offer, SessionDescription

logger = logging.getLogger(__name__)


class Stage(Protocol):
    """What there is to see of a conversation."""

    @property
    def session_id(self) -> str:
        """Names the conversation."""

    @property
    def playout(self) -> Playout:
        """Clock and voice."""

    async def face(self) -> FrameSource:
        """The picture, when it is ready to be shown."""


class Viewer:
    """Serves one signalling socket: offers when it is told which conversation to show, and takes the answers.

    Args:
        socket: open; `run` reads it.
        user_id: what the client gave as `userId`.
        on_wish: called in the loop when the client asks for an offer, with this viewer.
    """

    def __init__(self, socket: ServerConnection, user_id: str, *, on_wish: Callable[[Viewer], None]) -> None:
        self.wishes_offer = False
        self.stage: Stage | None = None
        self._socket = socket
        self._user_id = user_id
        self._target = ""
        self._on_wish = on_wish
        self._outbox = Outbox(socket)
        self._peer: AvatarPeer | None = None
        self._offering: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> tuple[str, str]:
        """What the client said about whom it wants to see."""
        return self._user_id, self._target

    async def run(self) -> None:
        """Read the socket until it is closed."""
        try:
            async for text in self._socket:
                await self._take(text)
        except ConnectionClosed:
            logger.debug("a signalling socket was lost")

    def show(self, stage: Stage) -> None:
        """Offer a connection to this conversation, in place of the one there may be."""
        self.leave()
        self.stage = stage
        self.wishes_offer = False
        self._offering = asyncio.create_task(self._offer(stage), name="offer")
        self._offering.add_done_callback(self._offered)

    def leave(self) -> None:
        """End the connection to the conversation, if there is one; the socket stays open."""
        peer, self._peer = self._peer, None
        self.stage = None
        if self._offering is not None:
            self._offering.cancel()
            self._offering = None
        if peer is not None:
            task = asyncio.create_task(peer.close(), name="close peer")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection and the socket."""
        self.leave()
        await self._outbox.close(code, reason)
        if self._ending:
            await asyncio.wait(self._ending)

    async def _offer(self, stage: Stage) -> None:
        face = await stage.face()
        self._peer = peer = AvatarPeer(stage.playout, face, on_state=lambda state: self._peer_changed(peer, state))
        description = SessionDescription.model_validate(await peer.offer())
        self._outbox.put(signalling.encode(Offer(target=stage.session_id, sdp=description)))

    async def _take(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            self.refuse("Signalling messages are text.")
            return
        try:
            message = signalling.decode(text)
        except ProtocolError as error:
            self.refuse(error.message)
            return
        if isinstance(message, Create):
            self._target = message.target
            self.wishes_offer = True
            self._on_wish(self)
        elif isinstance(message, Offer):
            self.refuse("This service makes the offers; send `create` for a new one.")
        elif self._peer is None:
            self.refuse("No offer has been made; send `create` first.")
        else:
            await self._negotiate(self._peer, message)

    async def _negotiate(self, peer: AvatarPeer, message: Answer | IceCandidate | None) -> None:
        try:
            if isinstance(message, Answer):
                await peer.answer(message.sdp.model_dump())
            elif isinstance(message, IceCandidate):
                await peer.add_candidate(message.candidate)
            else:
                self.refuse("Signalling messages are of type create, answer or iceCandidate.")
        except SignallingError as error:
            self.refuse(str(error))

    def _peer_changed(self, peer: AvatarPeer, state: PeerState) -> None:
        logger.debug("a viewer's WebRTC connection is %s", state)
        if state in ("failed", "closed") and self._peer is peer:
            self.leave()

    def _offered(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            logger.error("no offer could be made", exc_info=task.exception())
            self.refuse("The service could not make an offer; send `create` to try again.")
            self.leave()

    def refuse(self, message: str) -> None:
        """Tell the client that something it sent cannot be done; the connection goes on."""
        error: dict[str, Any] = {"type": "invalid_request_error", "code": "invalid_signal", "message": message}
        self._outbox.put(json.dumps({"type": "error", "error": error}, ensure_ascii=False))
