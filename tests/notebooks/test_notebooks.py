"""The notebooks as a new user runs them: top to bottom, with a real kernel and a real service, offline."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
QUICKSTART = FOLDER / "01_quickstart.ipynb"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

CELL_LIMIT = 180

_WATCH = """
import sys
_strangers = []

def _note(event, details):
    if event == "socket.getaddrinfo" and details[0] not in (None, "", "localhost", "127.0.0.1", "::1"):
        _strangers.append(details[0])
    if event == "socket.connect" and isinstance(details[1], tuple) and details[1][0] not in ("127.0.0.1", "::1"):
        _strangers.append(details[1][0])

sys.addaudithook(_note)
"""
"""Run before the notebook: notes every other machine that the kernel looks up or connects to."""

_REPORT = "print(_strangers)"


class Run:
    """A notebook that was run, and its outputs by the cells' names."""

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self._cells: dict[str, Any] = {cell.id: cell for cell in notebook.cells}

    def printed(self, cell: str) -> str:
        """What a cell printed."""
        return "".join(output.text for output in self._cells[cell].outputs if output.output_type == "stream")

    def shown(self, cell: str, mime_type: str = "text/plain") -> str:
        """What a cell shows, in one of its forms."""
        forms = [output.data for output in self._cells[cell].outputs if "data" in output]
        return "".join(str(data[mime_type]) for data in forms if mime_type in data)


@pytest.fixture(scope="module")
def quickstart() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(QUICKSTART))


def run(path: Path) -> nbformat.NotebookNode:
    """Run a notebook; what a cell raises is raised here."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(_WATCH, id="watch"))
    notebook.cells.append(nbformat.v4.new_code_cell(_REPORT, id="report"))
    client = NotebookClient(notebook, timeout=CELL_LIMIT, resources={"metadata": {"path": str(path.parent)}})
    return client.execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_make_notebooks_leaves_it(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "run from top to bottom"
    outputs = [output for cell in code for output in cell.outputs]
    assert outputs
    for output in outputs:
        assert output.output_type != "error"
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {}), "no reader has its state"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_tells_nothing_of_the_machine_it_ran_on(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert len(written) < 300_000
    pictures = re.findall(r'"image/png": "([^"]*)"', written)
    assert all(len(picture) < 80_000 for picture in pictures), "60 kB in base64"
    for place in ("/home/", "/root/", "/tmp/", "/Users/", "site-packages", str(FOLDER)):
        assert place not in written


def test_the_second_cell_shows_the_avatar(quickstart: Run) -> None:
    view = quickstart.shown("show", "application/vnd.jupyter.widget-view+json")
    assert "model_id" in view
    assert quickstart.shown("show") == "<Avatar navtalk.Leo: idle, 0 turns>"


def test_a_typed_question_is_answered_with_what_the_tool_returned(quickstart: Run) -> None:
    assert quickstart.printed("ask").strip() == "It is 18 degrees and sunny in Paris."


def test_new_instructions_count_from_the_next_answer_on(quickstart: Run) -> None:
    assert "Bonjour" in quickstart.printed("settings")


def test_an_observer_sees_the_avatar_think_and_speak(quickstart: Run) -> None:
    statuses = ast.literal_eval(quickstart.shown("statuses"))
    assert {"thinking", "speaking"} <= set(statuses)


def test_the_table_holds_the_exchange(quickstart: Run) -> None:
    table = quickstart.shown("transcript", "text/html")
    words = ["What is the weather in Paris?", "It is 18 degrees and sunny in Paris.", "Hello!", "Bonjour"]
    positions = [table.find(each) for each in words]
    assert -1 not in positions, table
    assert positions == sorted(positions), "in the order of speech"
    assert table.count("<td>user</td>") == 2
    assert table.count("<td>avatar</td>") == 2
    assert table.count("<td>weather</td>") == 1, "one tool call"


def test_a_picture_of_the_exchange_is_drawn(quickstart: Run) -> None:
    assert len(quickstart.shown("plot", "image/png")) > 1_000


def test_a_session_needs_no_widget(quickstart: Run) -> None:
    assert quickstart.printed("session").strip() == "It is 18 degrees and sunny in Rome."
    assert "audio" in quickstart.shown("session", "text/html")


def test_no_other_machine_was_asked_for(quickstart: Run) -> None:
    assert quickstart.printed("report").strip() == "[]"
