"""What answers cost, in tokens, as the service counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from navtalk_widget.transcript.turn import TokenUsage


class Spending:
    """Adds to an answer's cost what was spent on the way to it: on calls of tools, and on answers never heard."""

    def __init__(self) -> None:
        self._on_the_way: TokenUsage | None = None

    def note(self, usage: Mapping[str, Any] | None) -> None:
        """Take in what a response without words cost, as its `usage` tells."""
        self._on_the_way = _together(self._on_the_way, tokens(usage))

    def of_answer(self, usage: Mapping[str, Any] | None) -> TokenUsage | None:
        """What an answer cost, all that came before it included; None if nothing is known."""
        spent, self._on_the_way = _together(self._on_the_way, tokens(usage)), None
        return spent


def tokens(usage: Mapping[str, Any] | None) -> TokenUsage | None:
    """The counts of a `usage`; None if it counts no tokens, such as one that tells seconds."""
    if not isinstance(usage, Mapping) or not {"input_tokens", "output_tokens"} & set(usage):
        return None
    read, written = _details(usage, "input_token_details"), _details(usage, "output_token_details")
    return TokenUsage(
        input_tokens=_count(usage, "input_tokens"),
        output_tokens=_count(usage, "output_tokens"),
        cached_tokens=_count(read, "cached_tokens"),
        input_audio_tokens=_count(read, "audio_tokens"),
        output_audio_tokens=_count(written, "audio_tokens"),
    )


def _details(usage: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    details = usage.get(name)
    return details if isinstance(details, Mapping) else {}


def _count(counts: Mapping[str, Any], name: str) -> int:
    count = counts.get(name)
    return int(count) if isinstance(count, int | float) and count >= 0 else 0


def _together(one: TokenUsage | None, other: TokenUsage | None) -> TokenUsage | None:
    if one is None or other is None:
        return one or other
    return TokenUsage(**{each.name: getattr(one, each.name) + getattr(other, each.name) for each in fields(TokenUsage)})
