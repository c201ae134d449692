"""The notebook on recording, as one runs it where no page shows the avatar."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

RECORDING = FOLDER / "05_recording_and_ipywebrtc.ipynb"


@pytest.fixture(scope="module")
def recording() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(RECORDING))


def test_a_spoken_question_is_answered(recording: Run) -> None:
    question, answer = recording.printed("talk").splitlines()
    assert "user: what can you do" in question
    assert "avatar: I can tell the time" in answer


def test_the_sound_of_a_turn_is_an_array(recording: Run) -> None:
    assert re.match(r"from \d+\.\d\d s, [3-9]\.\d\d s long, int16", recording.printed("place"))
    assert len(recording.shown("waveform", "image/png")) > 10_000


def test_the_two_voices_have_pitches_of_their_own(recording: Run) -> None:
    pitches = dict(re.findall(r"(user|avatar) +(\d+) Hz", recording.printed("pitch")))
    assert 120 < int(pitches["user"]) < 300, "that of a woman"
    assert 60 < int(pitches["avatar"]) < 120, "that of a man"


def test_the_kernel_records_the_widget_too(recording: Run) -> None:
    assert re.match(r"[1-9]\d*\.\d s, of which 0\.0 s are lost", recording.printed("kernel"))


def test_the_avatar_speaks_all_the_same(recording: Run) -> None:
    assert recording.printed("record").startswith("Welcome to the museum.")
    assert "Welcome to the museum" in recording.shown("own", "text/html")


@pytest.mark.parametrize("cell", ["play", "sound", "still"])
def test_what_was_not_recorded_is_told(recording: Run, cell: str) -> None:
    assert "no page shows the avatar" in recording.printed(cell)


def test_no_other_machine_was_asked_for(recording: Run) -> None:
    assert recording.printed("report").strip() == "[]"
