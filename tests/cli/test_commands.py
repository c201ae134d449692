"""What all commands have in common."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pydantic", "rich", "websockets", "navtalk_widget.session", "navtalk_widget.local")


def loaded_by(*arguments: str) -> list[str]:
    """What of `HEAVY` a command loads, in a process of its own."""
    program = (
        "import sys\nfrom navtalk_widget.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("talk", "-h"), ("demo", "-h"), ("doctor", "-h")])
def test_help_waits_for_nothing_that_takes_long_to_load(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == []


def test_what_a_command_needs_is_seen_to_be_loaded() -> None:
    assert "pydantic" in loaded_by("talk", "hello", "--service", "ws://127.0.0.1:9")
