"""The expression of the face, which follows what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.life.tone import Tone, sentences
from navtalk_widget.local.playout import ScheduledText

EASE = SAMPLE_RATE * 300 // 1000
"""Samples in which an expression comes, and goes."""

_LINGERS = SAMPLE_RATE * 700 // 1000
"""A smile, or regret, stays for so long after the words."""

_ASKING = SAMPLE_RATE * 1_100 // 1000
"""A question shows this long before its end, where its voice rises."""

_WAITING = SAMPLE_RATE * 450 // 1000
"""And so long after it."""

REACH = EASE + _LINGERS
"""What is said so far, in samples, before a moment still shows."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What words add to the bearing of the head, see `Bearing` for the measures."""

    brows: float = 0.0
    tilt: float = 0.0
    down: float = 0.0
    smile: float = 0.0
    worry: float = 0.0


NEUTRAL = Expression()


@dataclass(frozen=True, slots=True)
class Said:
    """A text on the clock.

    Attributes:
        text: what is said.
        start: position, in samples, of its first sound.
        end: position after its last one.
        cut: where it was cut short; `end` if it was not.
    """

    text: str
    start: int
    end: int
    cut: int


class Texts:
    """Remembers how long texts were to be before they were cut, so that a cut lets an expression go without a jump."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, int], int] = {}

    def said(self, texts: Sequence[ScheduledText]) -> list[Said]:
        """Return the texts with what is known of their cuts."""
        said = []
        for text in texts:
            end = self._ends.setdefault((text.text, text.start), text.end)
            said.append(Said(text.text, text.start, max(end, text.end), text.end))
        while len(self._ends) > 64:
            del self._ends[next(iter(self._ends))]
        return said


def expression_at(position: int, said: Sequence[Said]) -> Expression:
    """Return the expression at a moment; the same moment and words always give the same.

    Args:
        position: the moment, in samples.
        said: what is said from `REACH` before it on.
    """
    asks = exclaims = friendly = regrets = 0.0
    for text in said:
        length = text.end - text.start
        for first, last, tone in sentences(text.text):
            if tone == Tone():
                continue
            start, end = text.start + round(first * length), text.start + round(last * length)
            if start >= text.cut:
                continue
            whole = _shown(position, start, end, _LINGERS, text.cut)
            if tone.asks:
                asks = max(asks, _shown(position, max(start, end - _ASKING), end, _WAITING, text.cut))
            if tone.exclaims:
                exclaims = max(exclaims, whole)
            if tone.friendly:
                friendly = max(friendly, whole)
            if tone.regrets:
                regrets = max(regrets, whole)
    if not (asks or exclaims or friendly or regrets):
        return NEUTRAL
    bright = exclaims * (1.0 - regrets)
    return Expression(
        brows=1.9 * asks + 1.1 * bright + 0.4 * friendly,
        tilt=0.018 * asks - 0.014 * regrets,
        down=0.8 * regrets - 0.5 * bright,
        smile=min(1.0, 0.8 * friendly + 0.35 * bright) * (1.0 - regrets) - 0.45 * regrets,
        worry=0.9 * regrets,
    )


def _shown(position: int, start: int, end: int, lingers: int, cut: int) -> float:
    """0 before `start` and from `EASE` after the end of lingering on, 1 in between, smooth."""
    until = min(end + lingers, cut if cut < end else end + lingers)
    return _eased((position - start) / EASE) * (1.0 - _eased((position - until) / EASE))


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3.0 - 2.0 * share)
