"""The doctor, in a terminal."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from navtalk_widget.cli.doctor import show
from navtalk_widget.cli.findings import Finding

COMMAND = [sys.executable, "-m", "navtalk_widget.cli", "doctor"]


def examine(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=240, check=False)


def test_it_says_that_one_can_talk_with_which_engines_and_keeps_the_licence_to_itself() -> None:
    done = examine(NAVTALK_LICENSE="sk_navtalk_canary")
    assert done.returncode == 0, done.stdout + done.stderr
    for line in ("✓  Python", "✓  the widget's page", "✓  loopback", "✓  local service", "✓  its mind", "✓  [local]"):
        assert f"\n{line}" in f"\n{done.stdout}"
    assert "the built-in responder, on this machine" in done.stdout
    assert "“That makes 5.”" in done.stdout
    assert "One can talk here." in done.stdout
    assert "NAVTALK_LICENSE is set" in done.stdout
    assert "canary" not in done.stdout + done.stderr


@pytest.fixture
def without_aiortc(tmp_path: Path) -> str:
    """A path for Python on which a package of the local service cannot be imported."""
    (tmp_path / "aiortc.py").write_text("raise ImportError('No module named aiortc', name='aiortc')\n")
    return str(tmp_path)


def test_where_nobody_can_talk_it_says_why_and_fails(without_aiortc: str) -> None:
    done = examine(PYTHONPATH=without_aiortc)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗  local service" in done.stdout
    assert "pip install 'navtalk-widget[local]'" in done.stdout
    assert "One cannot talk here: local service." in done.stdout
    assert "Traceback" not in done.stderr


def test_with_a_licence_the_local_service_is_not_vital(without_aiortc: str) -> None:
    done = examine(PYTHONPATH=without_aiortc, NAVTALK_LICENSE="sk_navtalk_canary")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗  local service" in done.stdout


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "!! ears"), ("utf-8", "✗  ears")])
def test_a_terminal_without_unicode_gets_words_for_marks(encoding: str, shown: str) -> None:
    screen = io.BytesIO()
    with io.TextIOWrapper(screen, encoding, errors="replace") as terminal:
        show(Console(file=terminal, width=80), Finding("bad", "ears", "are not there", "Look for them."))
        terminal.flush()
        lines = screen.getvalue().decode(encoding).splitlines()
    assert lines[0].startswith(shown)
    assert "?" not in "".join(lines)
