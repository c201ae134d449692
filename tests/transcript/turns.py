"""Making turns for the tests of the transcript."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from navtalk_widget.transcript import Latency, Recorded, Role, TokenUsage, ToolUse, Turn

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


def said(number: int, text: str = "", role: Role = "user", **more: Any) -> Turn:
    """A turn of which the number tells when it began."""
    return Turn(id=f"item_{number}", role=role, text=text, started_at=NOON + timedelta(seconds=number), **more)


_moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc))
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_uses = st.builds(
    ToolUse,
    call_id=st.text(max_size=5),
    name=st.text(max_size=5),
    arguments=st.dictionaries(st.text(), _json, max_size=3),
    result=st.none() | st.text(),
    error=st.none() | st.text(),
    cut=st.booleans(),
    duration_s=st.none() | st.floats(0, 1e6),
    started_at=st.none() | _moments,
    ended_at=st.none() | _moments,
)
_milliseconds = st.none() | st.floats(0, 1e6)
_latencies = st.builds(Latency, **{name: _milliseconds for name in Latency.__slots__})
_usages = st.builds(TokenUsage, **{name: st.integers(0, 10**9) for name in TokenUsage.__slots__})
_recordings = st.builds(Recorded, path=st.text(max_size=5), start_ms=st.floats(0, 1e7), end_ms=_milliseconds)
any_turns = st.builds(
    Turn,
    id=st.text(min_size=1, max_size=4),
    role=st.sampled_from(["user", "avatar"]),
    # Line breaks of all kinds, and half emojis, are what files of lines trip over; formulas are guarded in CSV.
    text=st.text() | st.text(alphabet="a \n\r\u2028\u0085\x1c\ud83d\ude00") | st.text(alphabet="'=-\t\ra"),
    text_heard=st.none() | st.text(alphabet="a \n\ud83d\ude00"),
    started_at=_moments,
    ended_at=st.none() | _moments,
    final=st.booleans(),
    interrupted=st.booleans(),
    response_id=st.none() | st.text(),
    item_id=st.none() | st.text(),
    audio_start_ms=st.none() | st.integers(0, 10**9),
    audio_end_ms=st.none() | st.integers(0, 10**9),
    tool_calls=st.lists(_uses, max_size=2).map(tuple),
    source=st.sampled_from(["voice", "text"]),
    conversation_id=st.sampled_from(["", "conv_1", "1", "../x y/é"]) | st.text(max_size=4),
    character=st.none() | st.text(max_size=9),
    latency=st.none() | _latencies,
    usage=st.none() | _usages,
    recorded=st.none() | _recordings,
)
