"""The tables of sentences."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from navtalk_widget.local.responders.rules.phrases import has_phrases, phrases_for

PLACES = {
    "name": "Leo",
    "role": ", your guide",
    "time": "4:40",
    "date": "today",
    "tools": "weather",
    "result": "5",
    "limit": "100",
    "label": "city",
    "tool": "weather",
    "count": 3,
    "items": "a",
    "heard": "hello",
}


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "zh"])
def test_every_sentence_can_be_filled(language: str) -> None:
    phrases = asdict(phrases_for(language))
    sentences = [text for value in phrases.values() for text in ([value] if isinstance(value, str) else value)]
    assert all(sentences)
    assert not [text for text in sentences if "{" in text.format(**PLACES)]


def test_each_language_has_its_own_sentences() -> None:
    assert len({phrases_for(language).hello for language in ("en", "fr", "de", "es", "it", "zh")}) == 6
    assert phrases_for("zh-CN") is phrases_for("zh")
    assert phrases_for("xx") is phrases_for("en")
    assert not has_phrases("xx")
