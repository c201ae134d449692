"""The question that the tests' microphones ask, and what of it is enough.

Between the microphone and the recogniser lie a browser, Opus or a socket, and a machine that has much else to do: now
and then a word is mistaken. Where recognition is not what is tested, no test depends on every word.
"""

from __future__ import annotations

import re

import jiwer

QUESTION = "what is the weather in paris today"

HEARD = re.compile("weather|paris", re.IGNORECASE)
"""What is to be read of it on a page: by chance nobody hears either."""

ANSWER = "It is 18 degrees and sunny in"
"""How the answer begins, where `weather` was called for it; then comes the city, as it was heard."""


def weather(city: str) -> str:
    "Current weather in a city."
    return f"{ANSWER} {city}."


def share_of_mistakes(heard: str) -> float:
    """The word error rate of what was heard, 0 to 1 and above; 1 where nothing of the question was."""
    return float(jiwer.wer(QUESTION, heard.lower()))
