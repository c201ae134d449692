"""A viewer's offer on a connection that is up: what it may change, and what becomes of the media it brings."""

from __future__ import annotations

from aiortc import RTCPeerConnection, RTCRtpTransceiver
from aiortc.sdp import MediaDescription, SessionDescription

MAX_SECTIONS = 4
"""The avatar's video and voice, and a camera and a microphone of sections of their own."""

_RECEIVING = {"sendonly": "sendrecv", "inactive": "recvonly"}


def parse(sdp: str) -> SessionDescription:
    """Parse a description.

    Raises:
        ValueError: it cannot be parsed; aiortc would find out when it has changed half of the connection.
    """
    try:
        return SessionDescription.parse(sdp)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError) as error:
        raise ValueError(f"the sdp cannot be parsed: {error!r}") from error


def check_reoffer(offer: SessionDescription, current: SessionDescription) -> None:
    """Refuse what could not be done on the connection that is there.

    Args:
        offer: the viewer's new one.
        current: the viewer's description in force.

    Raises:
        ValueError: it would need another transport, or changes what the avatar sends.
    """
    if not 2 <= len(offer.media) <= MAX_SECTIONS or any(media.kind not in ("audio", "video") for media in offer.media):
        raise ValueError(f"{[media.kind for media in offer.media]} are not the avatar's video and voice and a camera")
    mids = {media.rtp.muxId for media in offer.media if media.rtp.muxId}
    if len(mids) < len(offer.media):
        raise ValueError("each section needs a mid of its own")
    transport = _transport(current.media[0])
    if any(_transport(media) != transport for media in offer.media):
        raise ValueError("the ICE credentials or the fingerprint are others; a new transport needs a new connection")
    for media, before in zip(offer.media, current.media, strict=False):
        if (media.kind, media.rtp.muxId) != (before.kind, before.rtp.muxId):
            raise ValueError("the sections of the description in force must keep their places")
        in_use = before.rtp.codecs[0]
        if not any((c.payloadType, c.mimeType) == (in_use.payloadType, in_use.mimeType) for c in media.rtp.codecs):
            raise ValueError(f"{in_use.mimeType} is in use and not in the offer")


def without_candidates(sdp: str) -> str:
    """The description without candidates: ICE has found its way, and hidden ones would be looked up in the network."""
    lines = sdp.splitlines()
    return "".join(f"{line}\r\n" for line in lines if not line.startswith(("a=candidate", "a=end-of-candidates")))


def agree_to_receive(connection: RTCPeerConnection, offer: SessionDescription) -> None:
    """Agree to everything the viewer wants to send; call this between its offer and our answer."""
    for transceiver in _bringing(connection, offer):
        transceiver.direction = _RECEIVING.get(transceiver.direction, transceiver.direction)


def discard_incoming(connection: RTCPeerConnection, offer: SessionDescription) -> None:
    """Drop what the viewer sends packet by packet, before anything is decoded; call this when it has been answered.

    aiortc has no public way to do so (seen in 1.13 to 1.16); a track that is read and thrown away would be decoded.
    """
    for transceiver in _bringing(connection, offer):
        transceiver.receiver._enabled = False


def _bringing(connection: RTCPeerConnection, offer: SessionDescription) -> list[RTCRtpTransceiver]:
    mids = {media.rtp.muxId for media in offer.media if media.direction in ("sendonly", "sendrecv")}
    return [transceiver for transceiver in connection.getTransceivers() if transceiver.mid in mids]


def _transport(media: MediaDescription) -> tuple[str | None, str | None, frozenset[tuple[str, str]]]:
    if media.ice is None or media.dtls is None:
        raise ValueError("a section has no ICE credentials or no fingerprint")
    prints = frozenset((each.algorithm.lower(), each.value.upper()) for each in media.dtls.fingerprints)
    return media.ice.usernameFragment, media.ice.password, prints
