"""Cutting texts into clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.local.speech.synthesizers.clauses import (
    CLAUSE_PAUSE_S,
    LONGEST_CLAUSE,
    SENTENCE_PAUSE_S,
    split_clauses,
)


def texts(text: str) -> list[str]:
    return [clause.text for clause in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Hello, I'm Leo. And you?", ["Hello, ", "I'm Leo. ", "And you?"]),
        ("It costs 3.50, or 1,000 in all.", ["It costs 3.50, ", "or 1,000 in all."]),
        ("Dr. Smith lives in St. Ives.", ["Dr. Smith lives in St. Ives."]),
        ("It is 8:30 now", ["It is 8:30 now"]),
        ('She said "Stop!" and left', ['She said "Stop!" ', "and left"]),
        ("你好，我是莉莉。再见！", ["你好，", "我是莉莉。", "再见！"]),
        ("one\ntwo", ["one\n", "two"]),
    ],
)
def test_punctuation_ends_a_clause_where_a_speaker_would_breathe(text: str, clauses: list[str]) -> None:
    assert texts(text) == clauses


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_a_text_of_white_space_has_no_clauses(text: str) -> None:
    assert split_clauses(text) == []


def test_a_sentence_is_followed_by_a_longer_pause_than_a_comma() -> None:
    comma, sentence = split_clauses("Hello, Leo.")
    assert (comma.pause_s, sentence.pause_s) == (CLAUSE_PAUSE_S, SENTENCE_PAUSE_S)
    assert SENTENCE_PAUSE_S > CLAUSE_PAUSE_S


def test_signs_that_are_syllables_take_longer_so_fewer_make_a_clause() -> None:
    clauses = split_clauses("今天天气很好我们去公园散步吧" * 10)
    assert max(len(clause.text) for clause in clauses) <= LONGEST_CLAUSE / 3
    assert min(len(clause.text) for clause in clauses) > LONGEST_CLAUSE / 9


def test_an_endless_sentence_is_cut_between_words() -> None:
    clauses = split_clauses("word " * 200)
    assert len(clauses) > 5
    assert all(clause.text.endswith("word ") for clause in clauses)


@given(st.text(max_size=600))
def test_the_clauses_put_together_are_the_text(text: str) -> None:
    clauses = split_clauses(text)
    assert "".join(clause.text for clause in clauses) == (text if text.strip() else "")
    assert all(clause.text.strip() for clause in clauses)
    assert all(len(clause.text.strip()) <= LONGEST_CLAUSE for clause in clauses)
