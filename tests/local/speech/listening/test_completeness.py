from __future__ import annotations

import pytest

from navtalk_widget.local.speech.listening.completeness import completeness


@pytest.mark.parametrize(
    "words",
    [
        "what is the weather in paris today",
        "where do you live",
        "can you do that",
        "could you repeat that please",
        "thank you very much",
        "yes",
        "no thanks",
        "please count to ten",
        "Is it far?",
        "I like it.",
    ],
)
def test_questions_thanks_and_short_answers_are_complete(words: str) -> None:
    assert completeness(words) == "complete"


@pytest.mark.parametrize(
    "words",
    [
        "i would like to",
        "i would like to know the",
        "what is the weather in paris and",
        "tell me about my",
        "um",
        "because",
        "what do you",
        "i think that it's",
        "Well, first of all,",
    ],
)
def test_who_breaks_off_has_more_to_say(words: str) -> None:
    assert completeness(words) == "hanging"


@pytest.mark.parametrize("words", ["", "my favorite color is blue", "where are you from", "the dog barked"])
def test_the_rest_may_be_either(words: str) -> None:
    assert completeness(words) == "open"


@pytest.mark.parametrize(
    ("language", "complete", "hanging"),
    [
        ("de", "wie spät ist es jetzt", "ich möchte gerne"),
        ("de-AT", "vielen dank", "ich gehe in die"),
        ("fr", "comment allez vous aujourd'hui", "je voudrais"),
        ("es", "dónde está la biblioteca", "quiero un"),
        ("it", "quanto costa il biglietto", "vorrei una"),
        ("zh", "现在几点", "我想"),
    ],
)
def test_other_languages_have_their_own_words(language: str, complete: str, hanging: str) -> None:
    assert completeness(complete, language) == "complete"
    assert completeness(hanging, language) == "hanging"


def test_an_unknown_language_is_judged_as_english() -> None:
    assert completeness("what is the time now", "xx") == "complete"
