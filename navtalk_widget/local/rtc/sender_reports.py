"""What the receiver is told about the clock behind the time stamps, by which it plays sound and picture together.

aiortc pairs a frame's time stamp with the moment at which its last packet happened to leave: a picture that took long
to encode seems to have been taken late, and the receiver delays the wrong stream. It also begins to report up to one
and a half seconds after the first frame, and receivers need two reports before they can tell how the streams belong
together. Here the moment follows from the position, and reports begin at once. This reaches for what aiortc keeps to
itself, as seen in 1.13 to 1.16.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from aiortc import RTCRtpSender, clock
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout

EARLY_REPORTS_S = (0.0, 0.1, 0.3)
"""When, after the first frame, a report is sent beside those of aiortc, which come about every second."""

_WRAP = 2**32
_FRACTION = 2**32
"""Parts of a second in an NTP time."""


class ReportClock:
    """The clock that all streams of one peer report: the playout's positions as NTP times."""

    def __init__(self, playout: Playout) -> None:
        self._origin: int = clock.current_ntp_time() - _ntp(playout.position)

    def at(self, position: int) -> int:
        """The NTP time of a position."""
        return self._origin + _ntp(position)


class SenderReports:
    """Makes one sender's reports exact and early.

    It belongs to the loop of the sender. Whoever makes it calls `close`.

    Args:
        sender: whose reports they are.
        report_clock: the same for all senders of a peer.
        rate: ticks a second of the stream's time stamps.
    """

    def __init__(self, sender: RTCRtpSender, report_clock: ReportClock, *, rate: int) -> None:
        self._sender = sender
        self._clock = report_clock
        self._ticks = Fraction(rate, SAMPLE_RATE)
        self._send = sender._send_rtcp
        self._first: tuple[int, int] | None = None
        self._early: asyncio.Task[None] | None = None
        setattr(sender, "_send_rtcp", self._send_exactly)  # noqa: B010  (mypy knows the method)

    def sent(self, position: int) -> None:
        """Learn that the frame of this position has been sent, and none after it."""
        if self._first is None:
            self._first = position, self._newest_stamp()
            self._early = asyncio.create_task(self._send_early(), name="early sender reports")

    def close(self) -> None:
        """Send no more reports of its own."""
        if self._early is not None:
            self._early.cancel()

    def _newest_stamp(self) -> int:
        stamp: int = self._sender._RTCRtpSender__rtp_timestamp  # type: ignore[attr-defined]
        return stamp

    async def _send_early(self) -> None:
        waited = 0.0
        for moment in EARLY_REPORTS_S:
            await asyncio.sleep(moment - waited)
            waited = moment
            info = RtcpSenderInfo(
                ntp_timestamp=0,
                rtp_timestamp=self._newest_stamp(),
                packet_count=self._sender._RTCRtpSender__packet_count,  # type: ignore[attr-defined]
                octet_count=self._sender._RTCRtpSender__octet_count,  # type: ignore[attr-defined]
            )
            await self._send_exactly([RtcpSrPacket(ssrc=self._sender._ssrc, sender_info=info)])

    async def _send_exactly(self, packets: Sequence[Any]) -> None:
        exact = [self._exact(packet) if isinstance(packet, RtcpSrPacket) else packet for packet in packets]
        # Before the first frame a report could tell nothing true; the other parts, such as the farewell, may go.
        if known := [packet for packet in exact if packet is not None]:
            await self._send(known)

    def _exact(self, report: RtcpSrPacket) -> RtcpSrPacket | None:
        if self._first is None:
            return None
        position, stamp = self._first
        since = (report.sender_info.rtp_timestamp - stamp) % _WRAP
        # A stream is older than the 13 hours (video) after which its stamps repeat, so the distance is kept small.
        position += int(since / self._ticks)
        self._first = position, report.sender_info.rtp_timestamp
        return replace(report, sender_info=replace(report.sender_info, ntp_timestamp=self._clock.at(position)))


def _ntp(position: int) -> int:
    return position * _FRACTION // SAMPLE_RATE
