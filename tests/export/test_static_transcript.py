from typing import Any

import pytest

from navtalk_widget.export.static_transcript import as_html, as_text

SAID = {"id": "a", "role": "user", "text": "Hello!", "unheard": "", "started_at": 1760000000.1, "interrupted": False}
ABOUT = {"character": "navtalk.Leo", "locale": "en"}


def html(*turns: dict[str, Any], **about: str) -> str:
    return as_html(turns, **{**ABOUT, "service": "Local service", **about})


def test_who_said_what_and_when() -> None:
    shown = html(SAID)
    assert '<time datetime="2025-10-09T08:53:20Z">08:53 UTC</time>' in shown
    assert "<b>You</b>" in shown
    assert "<p>Hello!</p>" in shown
    assert "2025-10-09" in shown


def test_what_nobody_heard_is_struck_out() -> None:
    cut = {"role": "avatar", "text": "Let me tell you", "unheard": " tell you", "interrupted": True}
    assert '<p>Let me<del title="not heard"> tell you</del></p>' in html(cut)
    assert "· interrupted" in html(cut)


@pytest.mark.parametrize("field", ["text", "character", "service", "started_at", "locale"])
def test_markup_stays_words(field: str) -> None:
    evil = '"><script>alert(1)</script>'
    shown = html({**SAID, field: evil}, **({} if field in SAID else {field: evil}))
    assert "<script>" not in shown


@pytest.mark.parametrize("at", [None, "soon", float("nan"), 1e300, -1e300])
def test_a_time_that_is_none_is_left_out(at: Any) -> None:
    assert "<time" not in html({**SAID, "started_at": at})


def test_it_speaks_the_language_of_the_widget() -> None:
    assert "与 Leo 对话" in html(SAID, locale="zh")
    assert as_text([SAID], character="navtalk.Leo", locale="zh") == "与 Leo 对话\n你: Hello!"


def test_an_empty_conversation_says_so() -> None:
    assert "Nothing was said yet." in html()
    assert as_text([], **ABOUT) == "Conversation with Leo\nNothing was said yet."
