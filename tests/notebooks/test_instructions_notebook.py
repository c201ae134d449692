"""The notebook on what can be changed while the avatar talks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

INSTRUCTIONS = FOLDER / "03_live_instructions_and_voices.ipynb"


@pytest.fixture(scope="module")
def instructions() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(INSTRUCTIONS))


def test_the_next_answer_follows_new_instructions(instructions: Run) -> None:
    english, french, german = instructions.printed("before").splitlines()
    assert english == "I'm Lily, the guide of a museum."
    assert french == "Je suis Captain Nemo."
    assert german == "Das macht 56."


def test_three_languages_stand_side_by_side(instructions: Run) -> None:
    table = instructions.shown("compare", "text/html")
    assert all(word in table for word in ("That makes 56.", "Bonjour", "你好"))


def test_voices_differ_in_pitch(instructions: Run) -> None:
    pitches = [float(figure) for figure in re.findall(r"(\d+\.\d)\s*$", instructions.shown("pitch"), re.MULTILINE)]
    assert len(pitches) == 4
    assert max(pitches) > 1.2 * min(pitches)


def test_a_picture_of_the_voices_is_drawn(instructions: Run) -> None:
    assert len(instructions.shown("draw", "image/png")) > 10_000


def test_another_face_goes_on_with_the_conversation(instructions: Run) -> None:
    assert instructions.printed("character-ask").splitlines()[0] == "I'm Leo, the guide of a museum."
    assert all(name in instructions.shown("who") for name in ("navtalk.Leo", "navtalk.Lily"))


def test_an_observer_changes_the_language(instructions: Run) -> None:
    assert instructions.printed("react").strip() == "Cela fait 42."


def test_no_other_machine_was_asked_for(instructions: Run) -> None:
    assert instructions.printed("report").strip() == "[]"
