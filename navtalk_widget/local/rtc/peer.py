"""One viewer's WebRTC connection to the avatar."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, TypeAlias, cast

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import candidate_from_sdp

from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc import renegotiation
from navtalk_widget.local.rtc.ice import close_entirely, ensure_candidate
from navtalk_widget.local.rtc.picture_encoder import VIDEO_RATE, VideoCodec
from navtalk_widget.local.rtc.sender_reports import ReportClock, SenderReports
from navtalk_widget.local.rtc.tracks import VOICE_WAITS, FaceTrack, FrameSource, VoiceTrack

logger = logging.getLogger(__name__)

PeerState: TypeAlias = Literal["new", "connecting", "connected", "failed", "closed"]

CONNECT_TIMEOUT_S = 30.0
"""From the answer to the connection."""

CLOSE_TIMEOUT_S = 5.0

VOICE_RATE = 48_000
"""Ticks a second of an Opus stream's time stamps."""

MAX_EARLY_CANDIDATES = 64
"""Candidates kept until the answer comes; the oldest are dropped, for a browser offers its best again as checks."""


_MIME_TYPES: dict[VideoCodec, str] = {"vp8": "video/vp8", "h264": "video/h264"}


class SignallingError(ValueError):
    """A session description or a candidate from the viewer could not be used; the connection is as it was before."""


class AvatarPeer:
    """Sends the avatar to one viewer: it offers a video and an audio track of one media stream, the viewer answers.

    It belongs to the asyncio loop of its playout. Whoever makes it calls `close`.

    Args:
        playout: the clock and the voice; it may serve several peers.
        face: draws the picture of any moment.
        ice_servers: `RTCIceServer` dictionaries. None are needed on one machine or in one network. A server that
            cannot be reached delays the offer by up to five seconds.
        video_codec: that is offered first; a viewer that cannot decode it gets the other one.
        on_state: called in the loop with each new state; it must not block.
        connect_timeout_s: how long a connection may take, from the answer on, before the peer has failed.
    """

    def __init__(
        self,
        playout: Playout,
        face: FrameSource,
        *,
        ice_servers: Sequence[Mapping[str, Any]] = (),
        video_codec: VideoCodec = "vp8",
        on_state: Callable[[PeerState], None] | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        self._video = FaceTrack(
            playout, face, codec=self._agreed_codec, on_sent=lambda position: self._video_reports.sent(position)
        )
        self._audio = VoiceTrack(
            playout, waits=VOICE_WAITS, on_sent=lambda position: self._audio_reports.sent(position)
        )
        self._on_state = on_state
        self._connect_timeout_s = connect_timeout_s
        self._state: PeerState = "new"
        self._answered = False
        self._renegotiating = asyncio.Lock()
        self._early: list[RTCIceCandidate] = []
        self._deadline: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[_ice_server(server) for server in ice_servers],
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            )
        )
        self._connection.on("connectionstatechange", self._connection_state_changed)
        # The real service has video as mid 0 and audio as mid 1, and some clients look at the first section only.
        self._video_line = video = self._connection.addTransceiver(self._video, direction="sendonly")
        video.setCodecPreferences(_video_codecs(video_codec))
        setattr(video.sender, "_send_keyframe", self._video.want_key_frame)  # noqa: B010  (aiortc's own is for its encoders)
        audio = self._connection.addTransceiver(self._audio, direction="sendonly")
        # What the voice track hands out is Opus already; every WebRTC end point must know it.
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        audio.setCodecPreferences([codec for codec in codecs if codec.mimeType.lower() == "audio/opus"])
        report_clock = ReportClock(playout)
        self._video_reports = SenderReports(video.sender, report_clock, rate=VIDEO_RATE)
        self._audio_reports = SenderReports(audio.sender, report_clock, rate=VOICE_RATE)

    @property
    def state(self) -> PeerState:
        """How far the connection is; "failed" and "closed" are final."""
        return self._state

    async def offer(self) -> dict[str, str]:
        """Make the offer, with all candidates in it: several clients ignore candidates that come later."""
        for transceiver in self._connection.getTransceivers():
            await ensure_candidate(transceiver.sender.transport.transport.iceGatherer)
        await self._connection.setLocalDescription(await self._connection.createOffer())
        description = self._connection.localDescription
        return {"type": description.type, "sdp": description.sdp}

    async def answer(self, description: Mapping[str, Any]) -> None:
        """Take the viewer's answer, an `RTCSessionDescriptionInit`.

        Raises:
            SignallingError: if it is not an answer to this offer, or comes a second time.
        """
        sdp = _text_of(description, "answer")
        if self._answered or self._state == "closed":
            raise SignallingError("this peer expects no answer (any more)")
        _check_answer(sdp)
        self._answered = True
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))
        except (InvalidAccessError, InvalidStateError, OperationError, ValueError) as error:
            self._answered = False
            raise SignallingError(f"the answer does not fit the offer: {error}") from error
        self._deadline = asyncio.get_running_loop().call_later(self._connect_timeout_s, self._fail_if_late)
        early, self._early = self._early, []
        for candidate in early:
            await self._connection.addIceCandidate(candidate)

    async def reoffer(self, description: Mapping[str, Any]) -> dict[str, str]:
        """Take an offer of the viewer on this connection, such as comes of a camera that it adds, and answer it.

        The camera's pictures, or the microphone's sound, are received and dropped without being decoded.

        Args:
            description: an `RTCSessionDescriptionInit`.

        Returns:
            The answer.

        Raises:
            SignallingError: if it is no offer, needs another transport (other ICE credentials or another fingerprint),
                or changes what the avatar sends; or if the connection has not been answered yet.
        """
        sdp = renegotiation.without_candidates(_text_of(description, "offer"))
        async with self._renegotiating:
            if not self._answered or self._state in ("failed", "closed"):
                raise SignallingError("there is no connection yet, or no longer, that an offer could change")
            try:
                offer = renegotiation.parse(sdp)
                renegotiation.check_reoffer(offer, renegotiation.parse(self._connection.remoteDescription.sdp))
                await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
                renegotiation.agree_to_receive(self._connection, offer)
                await self._connection.setLocalDescription(await self._connection.createAnswer())
                renegotiation.discard_incoming(self._connection, offer)
            except (InvalidAccessError, InvalidStateError, OperationError, ValueError) as error:
                raise SignallingError(f"the offer does not fit the connection: {error}") from error
            answer = self._connection.localDescription
            return {"type": answer.type, "sdp": answer.sdp}

    async def add_candidate(self, candidate: Mapping[str, Any] | None) -> None:
        """Take a trickled candidate, an `RTCIceCandidateInit`, before or after the answer.

        `None` and the empty candidate, which tell that no more will follow, change nothing: were ICE told so, it
        would give up before the checks of a viewer whose candidates are all hidden (mDNS) reach it. For the same
        reason hidden candidates are left out; the viewer's checks bring its address to light.

        Raises:
            SignallingError: if the candidate cannot be read.
        """
        parsed = _parse_candidate(candidate)
        if parsed is None or self._state in ("failed", "closed"):
            return
        if self._answered:
            await self._connection.addIceCandidate(parsed)
            return
        self._early.append(parsed)
        del self._early[:-MAX_EARLY_CANDIDATES]

    async def close(self) -> None:
        """End tracks, sockets and tasks. It may be called at any time, and again."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._video_reports.close()
        self._audio_reports.close()
        self._video.stop()
        self._audio.stop()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(close_entirely(self._connection), CLOSE_TIMEOUT_S)
        self._set_state("closed")

    def _agreed_codec(self) -> VideoCodec:
        """What aiortc will say the pictures are encoded by: the first codec that both sides know."""
        mime_type: str = self._video_line._codecs[0].mimeType
        return "h264" if mime_type.lower() == _MIME_TYPES["h264"] else "vp8"

    def _connection_state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._deadline is not None:
            self._deadline.cancel()
        if state != "new":
            self._set_state(cast(PeerState, state))

    def _fail_if_late(self) -> None:
        if self._state in ("new", "connecting"):
            logger.info("no connection to the viewer within %.0f s of its answer", self._connect_timeout_s)
            self._set_state("failed")

    def _set_state(self, state: PeerState) -> None:
        if state == self._state or self._state == "closed" or (self._state == "failed" and state != "closed"):
            return
        self._state = state
        if self._on_state is not None:
            self._on_state(state)


def _video_codecs(first: VideoCodec) -> list[RTCRtpCodecCapability]:
    codecs = RTCRtpSender.getCapabilities("video").codecs
    return sorted(codecs, key=lambda codec: codec.mimeType.lower() != _MIME_TYPES[first])


def _ice_server(server: Mapping[str, Any]) -> RTCIceServer:
    return RTCIceServer(urls=server["urls"], username=server.get("username"), credential=server.get("credential"))


def _text_of(description: Mapping[str, Any], type: str) -> str:
    sdp = description.get("sdp")
    if description.get("type") != type or not isinstance(sdp, str) or not sdp.strip():
        raise SignallingError(f"a description is needed with type {type!r} and a text in sdp")
    return sdp


def _check_answer(sdp: str) -> None:
    """Refuse what aiortc could not parse, before it has changed anything."""
    try:
        sections = [section.kind for section in renegotiation.parse(sdp).media]
    except ValueError as error:
        raise SignallingError(f"the answer is of no use: {error}") from error
    if sections != ["video", "audio"]:
        raise SignallingError(f"the answer describes {sections}, the offer video and audio")


def _parse_candidate(candidate: Mapping[str, Any] | None) -> RTCIceCandidate | None:
    """The candidate, or None when there is nothing in it to add."""
    if candidate is None:
        return None
    text = candidate.get("candidate")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise SignallingError("candidate must be a text")
    try:
        parsed = candidate_from_sdp(text.removeprefix("a=").removeprefix("candidate:").strip())
    except (ValueError, IndexError, AssertionError) as error:
        raise SignallingError(f"the candidate cannot be parsed: {text!r}") from error
    if parsed.ip.endswith(".local") or parsed.protocol.lower() != "udp":
        return None
    # Everything is bundled on the first section; clients differ in which of sdpMid and sdpMLineIndex they send.
    parsed.sdpMid, parsed.sdpMLineIndex = "0", 0
    return parsed
