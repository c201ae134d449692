"""The notebook on minds, ears and voices of one's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

ENGINES = FOLDER / "08_your_own_engines.ipynb"


@pytest.fixture(scope="module")
def engines() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(ENGINES))


def test_a_function_answers(engines: Run) -> None:
    assert engines.printed("mind").strip() == "You said: Good morning!"


def test_a_generator_asks_for_a_tool(engines: Run) -> None:
    assert "You are looking at an ammonite. Dial another number." in engines.shown("guide", "text/html")


def test_all_keys_of_a_telephone_are_heard(engines: Run) -> None:
    assert engines.shown("hear") == "'0 1 2 3 4 5 6 7 8 9 * #'"
    quiet, _, loud = engines.printed("noise").splitlines()
    assert quiet == "noise of 0.05: 1 8 2 3"
    assert loud != "noise of 0.50: 1 8 2 3"


def test_tones_are_understood_in_a_conversation(engines: Run) -> None:
    heard = engines.shown("heard", "text/html")
    assert "2 3" in heard
    assert "You are looking at the ichthyosaur that Mary Anning found." in heard


def test_the_voice_can_be_listened_to_and_is_seen_on_the_lips(engines: Run) -> None:
    assert "audio" in engines.shown("listen", "text/html")
    assert len(engines.shown("lips", "image/png")) > 10_000


def test_the_three_together_answer_a_telephone(engines: Run) -> None:
    _, answer = engines.printed("telephone").strip().splitlines()
    assert answer.endswith("avatar: You are looking at an ammonite. Dial another number. [exhibit]")
    assert engines.shown("where").count("()") == 3


def test_no_other_machine_was_asked_for(engines: Run) -> None:
    assert engines.printed("report").strip() == "[]"
