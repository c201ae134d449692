"""One turn."""

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest

from navtalk_widget.transcript import ToolUse, Turn

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


def test_times_are_kept_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    turn = Turn(id="a", role="user", started_at=NOON.astimezone(paris), ended_at=NOON.astimezone(paris))
    assert turn.started_at.tzinfo is timezone.utc
    assert turn.ended_at is not None
    assert turn.ended_at.tzinfo is timezone.utc
    assert turn.started_at == NOON


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="need a time zone"):
        Turn(id="a", role="user", started_at=datetime(2026, 1, 2))


def test_the_duration_is_known_when_the_turn_has_ended() -> None:
    turn = Turn(id="a", role="user", started_at=NOON)
    assert turn.duration_s is None
    assert dataclasses.replace(turn, ended_at=NOON + timedelta(seconds=2.5)).duration_s == 2.5


def test_of_two_turns_that_begin_at_once_the_users_comes_first() -> None:
    avatar = Turn(id="a", role="avatar", started_at=NOON)
    user = Turn(id="b", role="user", started_at=NOON)
    assert user.order < avatar.order


def test_an_emoji_that_arrived_in_halves_is_joined_and_a_lone_half_replaced() -> None:
    turn = Turn(id="a", role="avatar", started_at=NOON, text="\ud83d\ude00 and \ud83d")
    assert turn.text == "😀 and �"
    assert ToolUse(call_id="c", name="n", result="\ude00").result == "�"


def test_it_shows_itself_in_a_line() -> None:
    began = datetime(2026, 11, 22, 11, 41, 7, tzinfo=timezone.utc)
    turn = Turn(id="1", role="avatar", text="It is \x1b sunny.", started_at=began)
    assert repr(turn) == r"<Turn by avatar, 2026-11-22 11:41:07 UTC, goes on: 'It is \x1b sunny.'>"
    ended = dataclasses.replace(
        turn,
        ended_at=began + timedelta(seconds=2.04),
        interrupted=True,
        tool_calls=(ToolUse(call_id="1", name="weather"),),
    )
    assert "2.0 s, interrupted, called weather: " in repr(ended)
