"""A report as it is seen: in a terminal, in a notebook and as data."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from navtalk_widget.transcript import Transcript
from navtalk_widget.transcript.report import Report
from tests.support.talks import museum, turn, use

CONNECTION: dict[str, float | str] = {"media": "webrtc", "av_offset_p50_ms": 8.0, "round_trip_ms": 2.3}
REPORT = Report.of(museum(), service="Local service: no account", connection=CONNECTION)


class Cells(HTMLParser):
    """Collects the rows of all tables, and every element's name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.elements: set[str] = set()
        self._in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.elements.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def line(text: str, label: str) -> list[str]:
    """The cells of the line that begins with a label."""
    (found,) = [line for line in text.splitlines() if line.startswith(label)]
    return found[len(label) :].split()


def test_a_terminal_shows_whom_when_and_every_figure() -> None:
    text = str(REPORT)
    assert text.startswith("Conversation with navtalk.Leo\n22 November 2026, ")
    assert "1 min 04 s · Local service: no account" in text
    assert line(text, "turns") == ["5", "6"]
    assert line(text, "talk time") == ["13", "s", "38", "s"]
    assert line(text, "share of talk time") == ["25", "%", "75", "%"]
    assert line(text, "voice is heard") == ["512", "ms", "1,745", "ms", "5"]
    assert line(text, "opening_hours") == ["2", "0", "200", "ms"]
    assert line(text, "visitor_count") == ["1", "1", "1.4", "s"]
    assert line(text, "input") == ["2,472", "1,920", "1,080"]
    assert line(text, "picture after sound, median") == ["+8", "ms"]
    assert "200 ms (Stivers et al. 2009)" in " ".join(text.split())
    assert "(ITU-R BT.1359)" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 76


def test_the_repr_is_the_table_too_for_the_prompt_of_python() -> None:
    assert repr(REPORT) == str(REPORT)
    assert "\x1b" not in str(REPORT), "no colours: it may go to a file"


def test_rich_shows_it_in_the_colours_of_the_two_sides() -> None:
    shown = io.StringIO()
    Console(file=shown, force_terminal=True, color_system="truecolor", width=100).print(REPORT)
    assert "\x1b[38;2;200;105;28m" in shown.getvalue()
    assert "\x1b[38;2;21;138;148m" in shown.getvalue()


@pytest.mark.parametrize("width", [20, 40])
def test_a_narrow_terminal_is_no_obstacle(width: int) -> None:
    shown = io.StringIO()
    Console(file=shown, width=width).print(REPORT)
    assert "turns" in shown.getvalue()


def test_a_notebook_shows_the_same_figures_as_tables() -> None:
    rows = Cells(REPORT._repr_html_()).rows
    assert ["", "person", "avatar"] in rows
    assert ["turns", "5", "6"] in rows
    assert ["voice is heard", "512 ms", "1,745 ms", "5"] in rows
    assert ["opening_hours", "2", "0", "200 ms"] in rows
    assert ["to the page and back", "2 ms"] in rows


def test_the_table_of_a_notebook_takes_its_colours_from_around_it() -> None:
    html = REPORT._repr_html_()
    assert "<style" not in html
    assert html.count("background:") == 2, "of the bar of talk time alone"
    assert re.findall('(?<!-)color:([^;"]*)', html) == ["inherit"] * html.count("<table")


def test_what_a_model_calls_a_tool_is_text_and_nothing_else() -> None:
    name = "<img src=x onerror=alert(1)>[bold]"
    report = Report.of(Transcript([turn(0, "avatar", 0, 1, "Hm.", tools=[use(name, 0.1, 0.5)])]))
    cells = Cells(report._repr_html_())
    assert "img" not in cells.elements
    assert [name, "1", "0", "500 ms"] in cells.rows
    assert "[bold]" in str(report)


def test_a_name_that_would_steer_the_terminal_is_shown_as_it_is() -> None:
    report = Report.of(Transcript([turn(0, "avatar", 0, 1, "Hm.", tools=[use("\x1b]0;mine\x07x", 0.1, 0.5)])]))
    shown = io.StringIO()
    Console(file=shown, width=100).print(report)
    for text in (str(report), shown.getvalue()):
        assert line(text, r"\x1b]0;mine\x07x") == ["1", "0", "500", "ms"]
        assert "\x1b" not in text


def test_nothing_is_said_of_what_is_not_known() -> None:
    report = Report.of(Transcript([turn(0, "user", 0, 1.5, "Hello?")]))
    assert line(str(report), "words per minute") == ["40", "–"]
    for title in ("Time to answer", "Tools", "Tokens", "Connection"):
        assert title not in str(report)
        assert title not in report._repr_html_()


def test_an_empty_transcript_has_a_report_that_says_so() -> None:
    report = Transcript.empty().report()
    assert "Nothing has been said yet." in str(report)
    assert "Nothing has been said yet." in report._repr_html_()
    assert report.to_pandas().loc[0, "person.turns"] == 0


def test_a_transcript_that_was_read_has_the_same_report(tmp_path: object) -> None:
    talk = museum()
    path = f"{tmp_path}/talk.jsonl"
    talk.to_jsonl(path)
    assert Transcript.read(path).report() == talk.report()


def test_the_figures_are_ready_for_json() -> None:
    told = json.loads(json.dumps(REPORT.to_dict()))
    assert told["started_at"] == "2026-11-22T11:41:07.600000+00:00"
    assert told["avatar"]["turns"] == 6
    assert told["latency"]["heard_ms"]["p50_ms"] == 512
    assert told["connection"]["media"] == "webrtc"


def test_reports_of_several_conversations_make_a_table() -> None:
    import pandas as pd

    other = Report.of(Transcript([turn(0, "user", 0, 1.5, "Hello?")]))
    table = pd.concat([REPORT.to_pandas(), other.to_pandas()], ignore_index=True)
    assert list(table["person.turns"]) == [5, 1]
    assert table.loc[0, "latency.heard_ms.p50_ms"] == 512
    assert list(table["latency.heard_ms.p50_ms"].isna()) == [False, True]
    assert str(table["started_at"].dtype).endswith("UTC]")


def test_several_conversations_are_told_and_the_time_between_them_left_out() -> None:
    report = Report.of(Transcript([turn(0, "user", 0, 2, "a"), turn(0, "user", 86_400, 3, "b", conversation="conv_2")]))
    assert report.conversations == 2
    assert report.duration_s == 5
    assert str(report).startswith("2 conversations with navtalk.Leo")
