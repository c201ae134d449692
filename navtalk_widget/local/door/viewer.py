"""One viewer: it brings a client and the avatar's picture together, whatever carries the signals between them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.peer import AvatarPeer, PeerState, SignallingError
from navtalk_widget.local.rtc.picture_encoder import VideoCodec
from navtalk_widget.local.rtc.tracks import FrameSource
from navtalk_widget.protocol.signalling import Answer, IceCandidate, Offer, SessionDescription, Signal

logger = logging.getLogger(__name__)


class Stage(Protocol):
    """What there is to see of a conversation."""

    @property
    def session_id(self) -> str:
        """Names the conversation."""

    @property
    def playout(self) -> Playout:
        """Clock and voice."""

    @property
    def video_codec(self) -> VideoCodec:
        """By which the picture is sent to viewers who can decode it."""

    async def face(self) -> FrameSource:
        """The picture, when it is ready to be shown."""


class SignalChannel(Protocol):
    """Carries signals to the client: a socket of their own in the first generation, the main socket in the second."""

    def send(self, signal: Signal) -> None:
        """Send a signal; it must not block."""

    def refuse(self, message: str) -> None:
        """Tell the client that something it sent cannot be done; the connection goes on."""


class Viewer:
    """Makes an offer when it is told which conversation to show, and takes what the client signals.

    Args:
        channel: carries the signals.
        ice_servers: `RTCIceServer` dictionaries for the service's own side.
    """

    def __init__(self, channel: SignalChannel, *, ice_servers: Sequence[Mapping[str, Any]] = ()) -> None:
        self.stage: Stage | None = None
        self._channel = channel
        self._ice_servers = ice_servers
        self._peer: AvatarPeer | None = None
        self._offering: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def show(self, stage: Stage) -> None:
        """Offer a connection to this conversation, in place of the one there may be."""
        self.leave()
        self.stage = stage
        self._offering = asyncio.create_task(self._offer(stage), name="offer")
        self._offering.add_done_callback(self._offered)

    def leave(self) -> None:
        """End the connection to the conversation, if there is one."""
        peer, self._peer = self._peer, None
        self.stage = None
        if self._offering is not None:
            self._offering.cancel()
            self._offering = None
        if peer is not None:
            task = asyncio.create_task(peer.close(), name="close peer")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End the connection, and wait until it has ended."""
        self.leave()
        if self._ending:
            await asyncio.wait(self._ending)

    async def take(self, signal: Answer | IceCandidate | Offer) -> None:
        """Do what the client's signal asks for; what cannot be done is refused in words."""
        if self._peer is None or self.stage is None:
            self._channel.refuse("No offer has been made; the first generation asks for one by `create`.")
            return
        target = self.stage.session_id
        try:
            if isinstance(signal, Answer):
                await self._peer.answer(signal.sdp.model_dump())
            elif isinstance(signal, IceCandidate):
                await self._peer.add_candidate(signal.candidate)
            else:
                description = await self._peer.reoffer(signal.sdp.model_dump())
                self._channel.send(Answer(target=target, sdp=SessionDescription.model_validate(description)))
        except SignallingError as error:
            self._channel.refuse(str(error))

    async def _offer(self, stage: Stage) -> None:
        face = await stage.face()
        self._peer = peer = AvatarPeer(
            stage.playout,
            face,
            ice_servers=self._ice_servers,
            video_codec=stage.video_codec,
            on_state=lambda state: self._peer_changed(peer, state),
        )
        description = SessionDescription.model_validate(await peer.offer())
        self._channel.send(Offer(target=stage.session_id, sdp=description))

    def _peer_changed(self, peer: AvatarPeer, state: PeerState) -> None:
        logger.debug("a viewer's WebRTC connection is %s", state)
        if state in ("failed", "closed") and self._peer is peer:
            self.leave()

    def _offered(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            logger.error("no offer could be made", exc_info=task.exception())
            self._channel.refuse("The service could not make an offer.")
            self.leave()
