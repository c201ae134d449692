"""Sentences of tool results."""

from __future__ import annotations

import json

import pytest

from navtalk_widget.local.responders.rules.phrases import phrases_for
from navtalk_widget.local.responders.rules.tool_answers import spoken_result


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ("It is 21 degrees.", "It is 21 degrees."),
        ("Open from 9 to 5", "Open from 9 to 5."),
        ('"quoted"', "quoted."),
        ("21", "21."),
        ("3.14159265", "3.142."),
        ("true", "Yes."),
        ("null", "That is done."),
        ("", "That is done."),
        ("[]", "I found nothing."),
        ('["a", "b", "c"]', "I found 3: a, b and c."),
        ("[1, 2, 3, 4, 5, 6, 7]", "I found 7: 1, 2, 3, 4, 5 and 2 more."),
        ('{"temperature": 21.5, "sky": "clear"}', "The temperature is 21.5 and the sky is clear."),
        ('{"openingTime": "9:30"}', "The opening time is 9:30."),
        ('{"result": 5}', "5."),
        ('{"ok": true, "message": "All lights are off"}', "All lights are off."),
        ('{"ok": true}', "The ok is yes."),
    ],
)
def test_results_are_read_naturally(result: str, sentence: str) -> None:
    assert spoken_result("get_it", result, phrases_for("en")) == sentence


@pytest.mark.parametrize("result", ["[" * 100_000, "word " * 10_000, json.dumps({str(i): i for i in range(1000)})])
def test_monstrous_results_stay_short(result: str) -> None:
    assert len(spoken_result("x", result, phrases_for("en"))) <= 602


def test_other_languages_have_their_own_words() -> None:
    assert spoken_result("x", "[]", phrases_for("fr")) == "Je n'ai rien trouvé."
    assert spoken_result("x", '["a", "b"]', phrases_for("de")) == "Ich habe 2 gefunden: a und b."
