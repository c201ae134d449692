from __future__ import annotations

from typing import Any

import numpy as np
from aiortc.rtp import RtcpSrPacket, RtpPacket
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.sender_reports import EARLY_REPORTS_S, ReportClock
from tests.local.rtc.test_peer import Grey, watched
from tests.support.waiting import eventually

TICKS = {"audio": 2.0, "video": 3.75}
"""Ticks of a time stamp for each sample of the playout."""


class Noted(Playout):
    """Notes what is read first."""

    first = -1

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        if self.first < 0:
            self.first = start
        return super().read(start, count)


class NotedFace(Grey):
    """Notes what is drawn first."""

    first = -1

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        if self.first < 0:
            self.first = position
        return super().frame_at(position)


class Wiretap:
    """Notes first stamps and reports of the streams that a viewer receives."""

    def __init__(self, receiver: Any) -> None:
        self.first_stamp: int | None = None
        self.reports: list[tuple[int, int]] = []
        self._take_rtp, self._take_rtcp = receiver._handle_rtp_packet, receiver._handle_rtcp_packet
        receiver._handle_rtp_packet, receiver._handle_rtcp_packet = self._rtp, self._rtcp

    async def _rtp(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        if self.first_stamp is None:
            self.first_stamp = packet.timestamp
        await self._take_rtp(packet, arrival_time_ms)

    async def _rtcp(self, packet: Any) -> None:
        if isinstance(packet, RtcpSrPacket):
            self.reports.append((packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp))
        await self._take_rtcp(packet)


async def test_both_streams_report_the_moment_of_each_stamp_by_one_clock() -> None:
    playout, face = Noted(), NotedFace()
    async with watched(playout, face) as (_, viewer):
        taps = {each.receiver.track.kind: Wiretap(each.receiver) for each in viewer.connection.getTransceivers()}
        await eventually(lambda: all(len(tap.reports) > len(EARLY_REPORTS_S) for tap in taps.values()))
    origins = []
    for kind, first in (("audio", playout.first), ("video", face.first)):
        tap = taps[kind]
        assert tap.first_stamp is not None
        for ntp, stamp in tap.reports:
            position = first + ((stamp - tap.first_stamp) % 2**32) / TICKS[kind]
            origins.append(ntp / 2**32 - position / SAMPLE_RATE)
    assert max(origins) - min(origins) < 1e-4


def test_positions_are_times_of_one_clock() -> None:
    clock = ReportClock(Playout(lambda: 5.0))
    assert clock.at(3 * SAMPLE_RATE) - clock.at(SAMPLE_RATE) == 2 * 2**32
