"""What answers cost."""

from __future__ import annotations

from typing import Any

import pytest

from navtalk_widget.session.talk.spending import Spending, tokens
from navtalk_widget.transcript.turn import TokenUsage

ANSWER = {
    "total_tokens": 30,
    "input_tokens": 20,
    "output_tokens": 10,
    "input_token_details": {"cached_tokens": 5, "text_tokens": 12, "audio_tokens": 8},
    "output_token_details": {"text_tokens": 3, "audio_tokens": 7},
}


def test_what_the_service_counts_is_kept() -> None:
    assert tokens(ANSWER) == TokenUsage(
        input_tokens=20, output_tokens=10, cached_tokens=5, input_audio_tokens=8, output_audio_tokens=7
    )


@pytest.mark.parametrize("usage", [None, {}, {"type": "duration", "seconds": 2}, {"total_tokens": 3}])
def test_what_counts_no_tokens_is_not_known(usage: dict[str, Any] | None) -> None:
    assert tokens(usage) is None


def test_counts_that_are_none_count_nothing() -> None:
    odd = {"input_tokens": "many", "output_tokens": -1, "input_token_details": None, "output_token_details": [1]}
    assert tokens(odd) == TokenUsage()


def test_an_answer_bears_the_cost_of_the_calls_before_it_and_the_next_does_not() -> None:
    spending = Spending()
    spending.note({"input_tokens": 100, "output_tokens": 1})
    spending.note(None)
    spending.note({"input_tokens": 200, "output_tokens": 2})
    assert spending.of_answer(ANSWER) == TokenUsage(
        input_tokens=320, output_tokens=13, cached_tokens=5, input_audio_tokens=8, output_audio_tokens=7
    )
    assert spending.of_answer({"input_tokens": 1}) == TokenUsage(input_tokens=1)
    assert spending.of_answer(None) is None
