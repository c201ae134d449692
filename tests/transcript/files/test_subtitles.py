"""The transcript as WebVTT and SRT."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from navtalk_widget.transcript import Recorded, Transcript
from tests.transcript.turns import NOON, said

TALK = Transcript(
    [
        said(0, "Once upon a time?", ended_at=NOON + timedelta(seconds=1.5)),
        said(
            2,
            "There was\n\na king <& queen> --> who slept",
            "avatar",
            text_heard="There was\n\na king <& queen>",
            interrupted=True,
            ended_at=NOON + timedelta(seconds=4),
            character="navtalk.Leo",
        ),
        said(3723, "One two three four five six", "avatar", source="text"),
        said(3730, ""),
    ]
)


def without_notes(vtt: str) -> list[str]:
    return [line for line in vtt.splitlines() if not line.startswith("NOTE")]


def test_vtt_shows_who_said_what_and_when() -> None:
    assert without_notes(TALK.to_vtt()) == [
        "WEBVTT",
        "",
        "",
        "00:00:00.000 --> 00:00:01.500",
        "<v You>Once upon a time?",
        "",
        "",
        "00:00:02.000 --> 00:00:04.000",
        "<v Leo>There was",
        "a king &lt;&amp; queen&gt;…",
        "",
        "",
        "01:02:03.000 --> 01:02:05.000",
        "<v Avatar>One two three four five six",
        "",
    ]


def test_a_note_of_vtt_ends_no_note() -> None:
    notes = [line for line in TALK.to_vtt().splitlines() if line.startswith("NOTE navtalk-turn {")]
    assert len(notes) == 4
    assert all("-->" not in note for note in notes)


def test_srt_shows_who_said_what_and_when() -> None:
    assert TALK.to_srt().split("\n") == [
        "1",
        "00:00:00,000 --> 00:00:01,500",
        "You: Once upon a time?",
        "",
        "2",
        "00:00:02,000 --> 00:00:04,000",
        "Leo: There was",
        "a king <& queen>…",
        "",
        "3",
        "01:02:03,000 --> 01:02:05,000",
        "Avatar: One two three four five six",
        "",
    ]


def test_what_srt_holds_is_read_back(tmp_path: Path) -> None:
    TALK.to_srt(tmp_path / "talk.srt")
    read = Transcript.read(tmp_path / "talk.srt")
    assert [(turn.role, turn.text, turn.character) for turn in read] == [
        ("user", "Once upon a time?", None),
        ("avatar", "There was\na king <& queen>…", "Leo"),
        ("avatar", "One two three four five six", None),
    ]
    assert [(turn.started_at.timestamp(), turn.duration_s) for turn in read] == [(0, 1.5), (2, 2), (3723, 2)]
    assert all(turn.final for turn in read)


def test_subtitles_of_others_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text("1\r\n0:00:01.5 --> 0:00:03,25\r\nNo names here.\r\nTwo lines.\r\n")
    (turn,) = Transcript.read(tmp_path / "film.srt")
    assert (turn.role, turn.text, turn.duration_s) == ("avatar", "No names here.\nTwo lines.", 1.75)


def test_times_fit_the_recording_where_there_is_one() -> None:
    def recorded(start_ms: float, end_ms: float | None, path: str = "talk.wav") -> Recorded:
        return Recorded(path=path, start_ms=start_ms, end_ms=end_ms)

    early = said(0, "before it began", ended_at=NOON + timedelta(seconds=1))
    first = said(10, "recorded", ended_at=NOON + timedelta(seconds=11), recorded=recorded(2000, 3500))
    between = said(12, "not recorded", ended_at=NOON + timedelta(seconds=13))
    going_on = said(14, "going on", ended_at=NOON + timedelta(seconds=15), recorded=recorded(6100, None))
    elsewhere = said(20, "in another file", recorded=recorded(0, 900, "other.wav"))
    times = [line for line in Transcript([early, first, between, going_on]).to_srt().splitlines() if "-->" in line]
    assert times == [
        "00:00:00,000 --> 00:00:01,000",
        "00:00:02,000 --> 00:00:03,500",
        "00:00:04,000 --> 00:00:05,000",
        "00:00:06,100 --> 00:00:07,000",
    ]
    in_two_files = Transcript([first, elsewhere]).to_srt()
    assert "00:00:00,000 --> 00:00:01,000" in in_two_files
    assert "00:00:10,000 --> " in in_two_files
