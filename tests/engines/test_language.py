"""Which language is asked for."""

from __future__ import annotations

import pytest

from navtalk_widget.engines.language import asked_language, spoken_language
from navtalk_widget.engines.responder import ResponseRequest
from tests.local.responders.conftest import conversation


@pytest.mark.parametrize(
    ("instructions", "language"),
    [
        ("Answer in French.", "fr"),
        ("You are a guide. Please speak German.", "de"),
        ("Always respond to the user in Italian. Be brief.", "it"),
        ("Responde siempre en español", "es"),
        ("用中文回答。", "zh"),
        ("Answer in French. Answer in English.", "en"),
        ("You teach French history.", None),
        ("Never answer in French.", None),
        ("You are the Spanish ambassador.", None),
        ("", None),
    ],
)
def test_instructions_name_the_language(instructions: str, language: str | None) -> None:
    assert asked_language(instructions) == language


def test_chinese_is_answered_in_chinese() -> None:
    assert spoken_language(ResponseRequest(conversation("今天天气怎么样"))) == "zh"
    assert spoken_language(ResponseRequest(conversation("hello"))) == "en"
