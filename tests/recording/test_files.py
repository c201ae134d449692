"""The files of recordings, whatever their kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from navtalk_widget.recording.files import FILM, SOUND
from navtalk_widget.recording.film_file import FilmFile
from navtalk_widget.recording.sides import PERSON, SoundFile
from tests.recording.sounds import click


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Lets all that is not forbidden be read by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("ending", [*SOUND, *FILM])
def test_what_was_said_can_be_read_by_its_owner_alone(tmp_path: Path, no_umask: None, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    file: SoundFile = FilmFile(path) if ending in FILM else SOUND[ending](path)
    assert path.stat().st_mode & 0o777 == 0o600
    file.write(PERSON, 0, click())
    file.extend(24_000)
    file.close()
    assert path.stat().st_mode & 0o777 == 0o600
