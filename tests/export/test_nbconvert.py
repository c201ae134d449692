"""A notebook with a conversation, saved, and converted by the real nbconvert, as a person types the command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.local_service import local_service

ROOT = Path(__file__).parents[2]
CANARY = "sk_navtalk_canary_7f3a"
TYPED = "<img src=x onerror=alert(1)> & what is two plus three?"

TALK = """
import json, pathlib
from navtalk_widget import Avatar
avatar = Avatar(character="navtalk.Leo", **json.loads(pathlib.Path("service.json").read_text()))
display(avatar)
"""

ASK = f"""
await avatar.ask({TYPED!r})
await avatar.disconnect()
"""

SLIDER = "import ipywidgets\nipywidgets.IntSlider(value=7)"


def write(path: Path, cells: list[str], *, run: bool = True) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    if run:
        NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(path.parent)}}).execute()
    nbformat.write(notebook, path)
    return path


def convert(*notebooks: Path, form: str = "html") -> dict[str, str]:
    """What ``jupyter nbconvert`` makes of notebooks where this package is installed, by their names."""
    folder = notebooks[0].parent / form
    command = [sys.executable, "-m", "nbconvert", "--to", form, "--output-dir", str(folder), *map(str, notebooks)]
    environment = {**os.environ, "JUPYTER_PATH": str(ROOT / "share" / "jupyter")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return {path.stem: path.read_text() for path in folder.iterdir() if path.is_file()}


def addresses(html: str) -> set[str]:
    """What a browser would fetch."""
    return set(re.findall(r"https?://[^\"'\s<>)]+", html))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def conversation(folder: Path) -> Iterator[Path]:
    """A saved notebook in which somebody talked with an avatar."""
    with local_service(CANARY) as address:
        (folder / "service.json").write_text(json.dumps({"service": address, "license": CANARY}))
        yield write(folder / "conversation.ipynb", [TALK, ASK])


@pytest.fixture(scope="module")
def unsaved(folder: Path, conversation: Path) -> Path:
    """The same, saved by a JupyterLab that keeps no widget state."""
    notebook = nbformat.read(conversation, as_version=4)
    del notebook.metadata["widgets"]
    path = folder / "unsaved.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def pages(folder: Path, conversation: Path, unsaved: Path) -> dict[str, str]:
    """HTML by the notebook's name."""
    both = write(folder / "both.ipynb", [TALK, SLIDER])
    plain = write(folder / "plain.ipynb", ["1 + 1"], run=False)
    return convert(conversation, unsaved, both, plain)


def test_the_page_shows_what_was_said(pages: dict[str, str]) -> None:
    html = pages["conversation"]
    assert "Conversation with Leo" in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; what is two plus three?</p>" in html
    assert re.search(r'<li class="avatar"><small><b>Leo</b> <time[^>]*>[^<]*</time></small><p>\w', html)


def test_nothing_of_the_widget_is_left_in_it(pages: dict[str, str]) -> None:
    for trace in ("widget-view+json", "widget-state+json", "_esm", "html-manager", "anywidget"):
        assert trace not in pages["conversation"]


def test_it_holds_no_secret(conversation: Path, pages: dict[str, str]) -> None:
    assert "_esm" in conversation.read_text(), "the widget is in the file"
    for text in (conversation.read_text(), *pages.values()):
        assert CANARY not in text


def test_it_fetches_nothing_that_a_notebook_without_it_does_not(pages: dict[str, str]) -> None:
    assert addresses(pages["conversation"]) == addresses(pages["plain"])


def test_other_widgets_stay(pages: dict[str, str]) -> None:
    assert "Nothing was said yet." in pages["both"]
    assert "IntSliderModel" in pages["both"]
    assert "_esm" not in pages["both"]


def test_a_conversation_that_was_not_saved_says_so(pages: dict[str, str]) -> None:
    assert "Save Widget State Automatically" in pages["unsaved"]
    assert "turns&gt;" not in pages["unsaved"]


def test_other_formats_get_it_as_text(conversation: Path) -> None:
    text = convert(conversation, form="markdown")["conversation"]
    assert "You: <img src=x onerror=alert(1)>" in text
    assert "<style>" not in text
