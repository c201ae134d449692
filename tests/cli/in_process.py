"""Runs commands in the tests' own process, which is quicker than one of their own, and with their service."""

from dataclasses import dataclass

import pytest

from navtalk_widget.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


class Commands:
    """Runs ``navtalk-widget`` with arguments. What is raised out of it is an error of the test.

    Args:
        capture: what catches its output.
    """

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Done:
        self._capture.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:  # argparse has said its word
            code = end.code if isinstance(end.code, int) else 1
        said = self._capture.readouterr()
        return Done(code, said.out, said.err)
