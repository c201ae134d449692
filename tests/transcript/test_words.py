"""Words, counted and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.transcript.words import whole_words


@pytest.mark.parametrize(
    ("text", "end", "kept"),
    [
        ("Once upon a time", 0, ""),
        ("Once upon a time", 3, ""),
        ("Once upon a time", 4, "Once"),
        ("Once upon a time", 8, "Once"),
        ("Once upon a time", 99, "Once upon a time"),
        ("Well, it's me.", 4, ""),
        ("Well, it's me.", 5, "Well,"),
        ("你好，世界。", 1, "你"),
        ("你好，世界。", 2, "你"),
        ("你好，世界。", 3, "你好，"),
        ("今日は Tokyo です", 6, "今日は"),
        ("今日は Tokyo です", 9, "今日は Tokyo"),
    ],
)
def test_a_word_is_kept_whole_or_not_at_all(text: str, end: int, kept: str) -> None:
    assert whole_words(text, end) == kept


@given(st.text(alphabet="ab ,.你。\n"), st.integers(0, 30))
def test_what_is_kept_is_a_beginning(text: str, end: int) -> None:
    kept = whole_words(text, end)
    assert text.startswith(kept)
    assert len(kept) <= end
    assert whole_words(text, len(text)).strip() == text.strip()
