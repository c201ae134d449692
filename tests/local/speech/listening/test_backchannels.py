from __future__ import annotations

import pytest

from navtalk_widget.local.speech.listening.backchannels import is_backchannel, is_own_speech


@pytest.mark.parametrize("words", ["", "mhm", "uh-huh", "Uh huh.", "yeah, right", "I see", "oh okay", "the"])
def test_who_only_shows_that_they_listen_says_nothing(words: str) -> None:
    assert is_backchannel(words)


@pytest.mark.parametrize("words", ["stop", "no", "yeah but wait", "what", "right yeah right yeah right", "hello"])
def test_a_real_word_is_something(words: str) -> None:
    assert not is_backchannel(words)


@pytest.mark.parametrize(
    ("language", "nothing", "something"),
    [
        ("de", "ja genau", "nein"),
        ("fr", "oui d'accord", "arrête"),
        ("es", "ya veo", "espera"),
        ("it", "ho capito", "basta"),
        ("zh-CN", "嗯嗯", "等一下"),
        ("xx", "uh-huh", "ja"),
    ],
)
def test_each_language_has_its_own(language: str, nothing: str, something: str) -> None:
    assert is_backchannel(nothing, language)
    assert not is_backchannel(something, language)


def test_a_run_of_the_avatars_own_words_is_its_own_voice() -> None:
    spoken = "I was born in a small town, by the sea."
    assert is_own_speech("a small town by", spoken)
    assert not is_own_speech("town by", spoken), "two words may be anybody's"
    assert not is_own_speech("a big town by", spoken)
