"""The WebRTC signalling between the service and the page that owns the media.

Audio and video go straight from the service to the page; what passes here are the descriptions and candidates.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Protocol

from navtalk_widget.errors import NavTalkError, ProtocolError, ServiceUnreachable
from navtalk_widget.gateway.from_page import AnswerPeer, PageCandidate
from navtalk_widget.gateway.page import Page
from navtalk_widget.protocol.signalling import Answer, IceCandidate, Offer, Signal
from navtalk_widget.session.session import Session

OFFER_TIMEOUT = 8.0
"""Seconds for the service to offer its media."""

SEND_TIMEOUT = 5.0
"""Seconds for the service to take an answer or candidate, during which the page is not heard."""


class Signalling(Protocol):
    """The way to the service on which its media are negotiated."""

    async def send(self, signal: Signal) -> None:
        """Send a description or candidate."""

    def signals(self) -> AsyncIterator[Signal | ProtocolError]:
        """Receive descriptions and candidates until the end."""

    async def close(self) -> None:
        """End it."""


class MediaLink:
    """Relays one negotiation at a time; each has a number, and what belongs to an older one is ignored.

    Args:
        session: the conversation whose service is to show its avatar.
        failed: called when no offer comes of it; the conversation goes on without video.
    """

    def __init__(self, session: Session, failed: Callable[[NavTalkError], None]) -> None:
        self._session = session
        self._failed = failed
        self._number = 0
        self._socket: Signalling | None = None
        self._target: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._giving_up: asyncio.Task[None] | None = None
        self.page: Page | None = None
        """To whom the service's media are offered."""
        self.outdated = False
        """Whether the service's connection is another one since, or the media broke."""
        self.stood = False
        """Whether the page has had the media that were negotiated last."""
        self.broken = False
        """Whether nothing comes of what was negotiated last, or not any more."""

    async def open(self, page: Page) -> None:
        """Have the service offer its media to a page; a negotiation with another page ends.

        A page that has media already keeps their last picture until it gets the new offer.
        """
        await self._stop()
        if self.page is not None and self.page is not page:
            self._tell_end(self.page)
        self.outdated = self.stood = self.broken = False
        self._number += 1
        self.page = page
        self._task = asyncio.create_task(self._relay(page, self._number), name="navtalk-signalling")

    async def close(self) -> None:
        """End the negotiation and the media that came of it."""
        page, self.page = self.page, None
        await self._stop()
        if page is not None:
            self._tell_end(page)

    async def abandon(self) -> None:
        """End the media; the page is offered none until it asks for them anew."""
        self.stood = False
        await self._stop()
        if self.page is not None:
            self._tell_end(self.page)

    async def _stop(self) -> None:
        tasks = [task for task in (self._task, self._giving_up) if task is not None]
        self._task = self._giving_up = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tell_end(self, page: Page) -> None:
        page.tell({"type": "close_peer", "peer": self._number})

    def is_current(self, peer: int) -> bool:
        """Whether a message of the page concerns the negotiation under way."""
        return self.page is not None and peer == self._number

    async def answer(self, message: AnswerPeer) -> None:
        """Pass the page's answer on."""
        if self.is_current(message.peer):
            await self._send(Answer(target=self._target or "", sdp=message.sdp))

    async def candidate(self, message: PageCandidate) -> None:
        """Pass a candidate of the page on."""
        if self.is_current(message.peer):
            await self._send(IceCandidate(target=self._target, candidate=message.candidate))

    async def _send(self, signal: Signal) -> None:
        if self._socket is None:
            return
        try:
            await asyncio.wait_for(self._socket.send(signal), SEND_TIMEOUT)
        except (asyncio.TimeoutError, TimeoutError):
            raise ServiceUnreachable("The service does not read its signalling.") from None

    async def _relay(self, page: Page, number: int) -> None:
        self._target = None
        if not self._session.offers_media:  # a new connection brings a new offer
            self._session.renew()
            return
        deadline = asyncio.get_running_loop().call_later(OFFER_TIMEOUT, self._give_up)
        error: NavTalkError = ServiceUnreachable(
            "The service offered no video.", hint="The voice comes over the notebook's own connection instead."
        )
        try:
            self._socket = await self._session.open_signalling()
            async for signal in self._socket.signals():
                if isinstance(signal, NavTalkError):
                    self._session.note_error(signal)
                    continue
                if isinstance(signal, Offer):
                    deadline.cancel()
                await self._tell(page, number, signal)
        except NavTalkError as lost:
            error = lost
        finally:
            deadline.cancel()
            socket, self._socket = self._socket, None
            if socket is not None:
                with suppress(NavTalkError):
                    await socket.close()
        if self._target is None:  # a service may end its signalling once the call stands
            self._tell_end(page)
            self._failed(error)

    def _give_up(self) -> None:
        if self._socket is not None:
            self._giving_up = asyncio.create_task(self._socket.close(), name="navtalk-give-up")

    async def _tell(self, page: Page, number: int, signal: Signal) -> None:
        if isinstance(signal, Offer):
            self._target = signal.target
            servers = list(await self._session.ice_servers())
            page.tell({"type": "offer", "peer": number, "sdp": signal.sdp.model_dump(), "ice_servers": servers})
        elif isinstance(signal, IceCandidate) and signal.candidate is not None:
            page.tell({"type": "ice_candidate", "peer": number, "candidate": signal.candidate})
