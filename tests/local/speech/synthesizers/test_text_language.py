"""Telling the language of a text."""

from __future__ import annotations

import pytest

from navtalk_widget.local.speech.synthesizers.text_language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好，今天天气怎么样？", "zh"),
        ("今日は天気がいいですね", "ja"),
        ("カタカナ", "ja"),
        ("안녕하세요", "ko"),
        ("Привет, как дела?", "ru"),
        ("Καλημέρα σας", "el"),
        ("שלום לכולם", "he"),
        ("مرحبا بك", "ar"),
        ("नमस्ते", "hi"),
        ("সুপ্রভাত", "bn"),
        ("வணக்கம்", "ta"),
        ("สวัสดีครับ", "th"),
        ("Guten Tag, wie kann ich Ihnen heute helfen?", "de"),
        ("Das ist nicht schön.", "de"),
        ("Bonjour, je suis très heureux de vous voir.", "fr"),
        ("¿Qué tiempo hace hoy?", "es"),
        ("Muchas gracias por la visita, hasta mañana.", "es"),
        ("Ciao, come stai? Sono qui per te.", "it"),
    ],
)
def test_a_text_is_read_in_its_own_language_where_nobody_said(text: str, language: str) -> None:
    assert language_of(text, "") == language
    assert language_of(text, "en") == language


@pytest.mark.parametrize(
    "text",
    [
        "Hello, my name is Leo.",
        "The word for it is schön.",
        "I met El Greco and Le Corbusier in Los Angeles.",
        "In Chinese you say 你好 to greet somebody.",
        "Café, naïve and jalapeño are English words too.",
        "No.",
        "3.50 °C",
        "",
        "😀",
    ],
)
def test_english_stays_english(text: str) -> None:
    assert language_of(text, "en-gb") == "en-gb"
    assert language_of(text, "") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Добрий день", "uk"),
        ("سلام حال شما", "fa"),
        ("今日天気", "ja"),
        ("你好", "yue"),
        ("你好", "zh-CN"),
        ("नमस्कार", "mr"),
        ("the and is", "de"),
        ("Guten Tag", "nl"),
    ],
)
def test_what_was_told_counts_where_the_script_allows_it(text: str, told: str) -> None:
    assert language_of(text, told) == told


def test_a_script_that_cannot_be_what_was_told_is_read_as_what_it_is() -> None:
    assert language_of("你好，我是莉莉", "de") == "zh"
    assert language_of("Привет", "zh") == "ru"
