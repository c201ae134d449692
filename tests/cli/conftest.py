import pytest

from tests.cli.in_process import Commands


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Commands:
    """Runs a command here, and returns its code and what it said."""
    return Commands(capsys)
