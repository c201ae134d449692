"""The notebook on recording, as one runs it where no page shows the avatar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

RECORDING = FOLDER / "05_recording_and_ipywebrtc.ipynb"


@pytest.fixture(scope="module")
def recording() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(RECORDING))


def test_the_avatar_speaks_all_the_same(recording: Run) -> None:
    assert recording.printed("record").startswith("Welcome to the museum.")
    assert "Welcome to the museum" in recording.shown("own", "text/html")


@pytest.mark.parametrize("cell", ["play", "sound", "still"])
def test_what_was_not_recorded_is_told(recording: Run, cell: str) -> None:
    assert "no page shows the avatar" in recording.printed(cell)


def test_no_other_machine_was_asked_for(recording: Run) -> None:
    assert recording.printed("report").strip() == "[]"
