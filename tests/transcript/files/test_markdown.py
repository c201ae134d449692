"""The transcript as Markdown."""

from __future__ import annotations

from nbconvert.filters import markdown2html

from navtalk_widget.transcript import ToolUse, Transcript
from tests.transcript.turns import said


def test_it_reads_as_a_conversation() -> None:
    transcript = Transcript(
        [
            said(1, "When do you open?"),
            said(
                3,
                "At 9.\nAnd we close at",
                "avatar",
                character="navtalk.Leo",
                interrupted=True,
                tool_calls=(ToolUse(call_id="c", name="opening_hours"),),
            ),
        ]
    )
    shown = [line for line in transcript.to_markdown().split("\n") if not line.startswith("<!--")]
    assert shown == [
        "# Conversation with Leo",
        "",
        "2026-01-02, AI avatar",
        "",
        "**You** · 12:00:01",
        "",
        "When do you open?",
        "",
        "",
        "**Leo** · 12:00:03 · used opening\\_hours, interrupted",
        "",
        "At 9.\\",
        "And we close at",
        "",
        "",
    ]


def test_words_are_shown_as_they_were_said() -> None:
    words = "# *no* _list_ `x` <b>bold</b> [a](b) ![c](d) | ~~e~~ & $x$ \\ &amp;"
    page = markdown2html(Transcript([said(1, f"{words}\n- one\n1. two\n12) three\n+ four\n= five")]).to_markdown())
    body = page.partition("</strong>")[2]
    for sign in ("<em", "<code", "<b>", "<a ", "<img", "<li", "<h1", "<h2", "<del", "<table"):
        assert sign not in body
    assert "&lt;b&gt;bold&lt;/b&gt;" in body
    assert "- one" in body
    assert "1. two" in body
