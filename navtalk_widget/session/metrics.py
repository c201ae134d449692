"""How well a conversation goes, in figures: of all its answers together, and of the ways between its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

MediaPath = Literal["webrtc", "gateway", "voice-only"]
"""How voice and picture reach the page: straight from the service, through the kernel, or without a picture."""

PageWay = Literal["websocket", "comm"]
"""How page and kernel are connected."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a figure was, of several times that it was measured."""

    count: int
    p50: float
    """The median."""
    p95: float
    """What 95 of 100 do not exceed; between two that were measured, as if they lay on a line."""

    def __repr__(self) -> str:
        """To tenths; the fields have all digits."""
        return f"<Spread of {self.count}: p50 {self.p50:.1f}, p95 {self.p95:.1f}>"

    @classmethod
    def of(cls, figures: Iterable[float | None]) -> Spread | None:
        """The spread of what is known of the figures; None if nothing is."""
        known = [figure for figure in figures if figure is not None]
        if not known:
            return None
        p50, p95 = np.percentile(known, (50, 95))
        return cls(len(known), float(p50), float(p95))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """A session's figures so far, in milliseconds; None is what nobody knows.

    Those of answers are of the last `navtalk_widget.session.measurements.REMEMBERED` ones; `Turn.latency` has each.
    """

    answers: int = 0
    """How many were timed; a greeting answers nothing."""
    recognized_ms: Spread | None = None
    """From the end of what the person said to words of it."""
    words_ms: Spread | None = None
    """From there to the first words of the answer."""
    audio_ms: Spread | None = None
    """From there to the first sound of the answer in the kernel."""
    heard_ms: Spread | None = None
    """From there to the first sound that could be heard on the page, as it tells; where it does not, `audio_ms` and the
    delay that it told last."""
    mouth_ms: Spread | None = None
    """From there to the first picture of the speaking mouth on the page: `heard_ms` as the page tells it, and how much
    later than the voice the picture was seen then."""

    interruptions: int = 0
    """How many of the avatar's turns were cut short: by the person, by code, or because the connection was lost."""
    silenced_ms: Spread | None = None
    """From the service's word that the person speaks, or from `interrupt`, to silence on the page."""

    first_frame_ms: float | None = None
    """From the press of Start, or of Take over, to the first picture, as the page tells."""
    media: MediaPath | None = None
    """How voice and picture reach the page."""
    av_offset_ms: Spread | None = None
    """How much later than its voice the picture is seen, as the page tells once a second; negative: earlier."""

    way: PageWay | None = None
    """How page and kernel are connected."""
    round_trip_ms: float | None = None
    """From the kernel to the page and back, as the last ping took."""
    clock_offset_ms: float | None = None
    """How far the page's clock is ahead of the kernel's; at most half the best ping's round trip off, and not known
    where that is more than 250 ms."""
    microphone_ms: Spread | None = None
    """From the end of a block in the page's microphone to the service's socket, in the last minute of it."""

    service_round_trip_ms: float | None = None
    """From the kernel to the service and back, as the last ping of their WebSocket took."""
    connection_losses: int = 0
    """How often the connection to the service was lost."""

    def __repr__(self) -> str:
        """What is known, to tenths; the fields have all digits."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        known = [f"{name}={_rounded(value)}" for name, value in values if value is not None]
        return f"<Metrics {', '.join(known)}>"


def _rounded(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else repr(value)
