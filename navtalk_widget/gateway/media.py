"""The WebRTC signalling between the service and the page that owns the media.

Audio and video go straight from the service to the page; what passes here are the descriptions and candidates.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from navtalk_widget.client.sockets import SignallingSocket
from navtalk_widget.errors import NavTalkError, ProtocolError, ServiceError
from navtalk_widget.gateway.messages import AnswerPeer, PageCandidate
from navtalk_widget.gateway.page import Page
from navtalk_widget.protocol.signalling import Answer, IceCandidate, Offer
from navtalk_widget.session.session import Session

ICE_SERVERS_CLOUD = [{"urls": ["stun:stun.l.google.com:19302"]}]
"""What all first-generation clients use. The embedded service needs none."""


class MediaLink:
    """Relays one negotiation at a time; each has a number, and what belongs to an older one is ignored.

    Args:
        session: the conversation whose service is to show its avatar.
        failed: called when the signalling fails; the conversation goes on without video.
    """

    def __init__(self, session: Session, failed: Callable[[NavTalkError], None]) -> None:
        self._session = session
        self._failed = failed
        self._number = 0
        self._socket: SignallingSocket | None = None
        self._target = ""
        self._task: asyncio.Task[None] | None = None
        self._page: Page | None = None

    async def open(self, page: Page) -> None:
        """Have the service offer its media to a page; a negotiation with another page ends."""
        await self.close()
        self._number += 1
        self._page = page
        self._task = asyncio.create_task(self._relay(page, self._number), name="navtalk-signalling")

    async def close(self) -> None:
        """End the negotiation and the media that came of it."""
        task, self._task = self._task, None
        page, self._page = self._page, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if page is not None:
            page.tell({"type": "close_peer", "peer": self._number})

    def is_current(self, peer: int) -> bool:
        """Whether a message of the page concerns the negotiation under way."""
        return self._page is not None and peer == self._number

    async def answer(self, message: AnswerPeer) -> None:
        """Pass the page's answer on."""
        if self._socket is not None and self.is_current(message.peer):
            await self._socket.send(Answer(target=self._target, sdp=message.sdp))

    async def candidate(self, message: PageCandidate) -> None:
        """Pass a candidate of the page on."""
        if self._socket is not None and self.is_current(message.peer):
            await self._socket.send(IceCandidate(target=self._target, candidate=message.candidate))

    async def _relay(self, page: Page, number: int) -> None:
        socket: SignallingSocket | None = None
        try:
            socket = self._socket = await self._session.open_signalling()
            async for signal in socket.signals():
                if isinstance(signal, ProtocolError):
                    self._failed(signal)
                else:
                    self._tell(page, number, signal)
        except NavTalkError as error:
            # A service may close its signalling when the call stands; only before that is it a failure.
            if not self._target or not isinstance(error, ServiceError):
                self._failed(error)
        finally:
            self._socket, self._target = None, ""
            if socket is not None:
                await socket.close()

    def _tell(self, page: Page, number: int, signal: Any) -> None:
        if isinstance(signal, Offer):
            self._target = signal.target
            servers = [] if self._session.service.kind == "local" else ICE_SERVERS_CLOUD
            offer = signal.sdp.model_dump()
            page.tell({"type": "offer", "peer": number, "sdp": offer, "ice_servers": servers})
        elif isinstance(signal, IceCandidate) and signal.candidate is not None:
            page.tell({"type": "ice_candidate", "peer": number, "candidate": signal.candidate})
