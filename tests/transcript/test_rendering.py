"""The transcript for reading."""

from navtalk_widget.transcript import ToolUse, Transcript
from tests.transcript.turns import said


def test_text_has_a_line_per_turn_with_the_time_since_the_first() -> None:
    transcript = Transcript(
        [
            said(100, "Weather?"),
            said(165, "It is", "avatar", interrupted=True, tool_calls=(ToolUse(call_id="1", name="weather"),)),
        ]
    )
    assert transcript.text() == "[00:00] user: Weather?\n[01:05] avatar: It is [interrupted] [weather]"
    assert Transcript.empty().text() == ""


def test_of_an_interrupted_turn_the_words_that_were_heard_are_shown() -> None:
    cut = said(1, "Once upon a time", "avatar", text_heard="Once upon", interrupted=True)
    unheard = said(2, "there was", "avatar", text_heard="", interrupted=True)
    unknown = said(3, "a king", "avatar", interrupted=True)
    whole = said(4, "who slept.", "avatar", text_heard="who slept.")
    transcript = Transcript([cut, unheard, unknown, whole])
    assert [line.partition("avatar: ")[2] for line in transcript.text().splitlines()] == [
        "Once upon… [interrupted]",
        "… [interrupted]",
        "a king [interrupted]",
        "who slept.",
    ]
    assert "Once upon… [interrupted]" in transcript._repr_html_()
    assert transcript[0].text == "Once upon a time"


def test_words_reach_html_as_text() -> None:
    page = Transcript([said(1, "<script>alert(1)</script> & co")])._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script" not in page


def test_html_of_a_long_transcript_shows_its_end() -> None:
    page = Transcript(said(number, f"line {number}.") for number in range(1200))._repr_html_()
    assert "1,200 turns, the last 50 shown" in page
    assert page.count("<tr>") == 51
    assert "line 1199." in page
    assert "line 1149." not in page


def test_repr_is_short() -> None:
    assert repr(Transcript.empty()) == "<Transcript: empty>"
    assert repr(Transcript([said(1, "Hello")])) == "<Transcript: 1 turn, last by user: 'Hello'>"
    long = Transcript(said(number, "x" * 5_000, "avatar") for number in range(2_000))
    assert repr(long) == f"<Transcript: 2,000 turns, last by avatar: '{'x' * 60}…'>"
