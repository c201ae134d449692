"""What the scenarios of the tests talk about, in a module that other processes can import."""

from __future__ import annotations

import time
from typing import Any

from navtalk_widget.session.talk.reply import Reply
from navtalk_widget.transcript.transcript import Transcript


def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."


def slow_weather(city: str) -> str:
    "Current weather in a city."
    time.sleep(1.0)
    return weather(city)


def echo(messages: Any, tools: Any) -> str:
    """A mind that says what it was told."""
    return f"You said: {messages[-1].text}"


def knows_both_sides(reply: Reply, transcript: Transcript) -> None:
    assert [turn.role for turn in transcript][-2:] == ["user", "avatar"]
    assert transcript[-1].text == reply.text


def is_never_content(reply: Reply, transcript: Transcript) -> str:
    return f"{reply.text!r} is not what I wanted"
