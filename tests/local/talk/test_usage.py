from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.engines.responder import Message, ResponseRequest, ToolDefinition
from navtalk_widget.local.talk.usage import Allowance, tokens_in, usage


def test_all_that_is_read_and_written_counts() -> None:
    request = ResponseRequest((Message("user", "x" * 40),), (ToolDefinition("a", "y" * 38, {}),), "z" * 8)
    assert usage(request, "w" * 12) == {
        "total_tokens": 25,
        "input_tokens": 22,
        "output_tokens": 3,
        "input_token_details": {"cached_tokens": 0, "text_tokens": 22, "audio_tokens": 0},
        "output_token_details": {"text_tokens": 3, "audio_tokens": 0},
    }


def test_a_text_is_cut_between_words() -> None:
    allowance = Allowance(3)
    assert allowance.take("One two ") == ("One two ", True)
    assert allowance.take("three four") == ("", False)
    assert Allowance(3).take("One two three four") == ("One two ", False)
    assert Allowance(2).take("One two three four") == ("One two ", False)
    assert Allowance(1).take("Incomprehensible") == ("", False)


@given(st.lists(st.text()), st.integers(1, 50))
def test_no_more_is_taken_than_is_allowed(parts: list[str], tokens: int) -> None:
    allowance, taken = Allowance(tokens), ""
    for part in parts:
        words, is_all = allowance.take(part)
        assert part.startswith(words)
        assert is_all == (words == part)
        taken += words
        if not is_all:
            break
    assert tokens_in(taken) <= tokens


@given(st.lists(st.text()))
def test_without_a_limit_everything_is_taken(parts: list[str]) -> None:
    allowance = Allowance(None)
    assert [allowance.take(part) for part in parts] == [(part, True) for part in parts]
