"""Films of pictures and sounds that tests make."""

from pathlib import Path

import av
import numpy as np
import pytest

from navtalk_widget.audio.stereo_files import read_piece
from navtalk_widget.local.rtc.picture_encoder import PictureEncoder
from navtalk_widget.recording.film_file import CODECS, FilmFile
from navtalk_widget.recording.sides import AVATAR, PERSON
from tests.recording.sounds import click, onsets_ms

PICTURE = 960
"""Samples that one is seen: 40 ms."""


def shoot(film: FilmFile, encoder: PictureEncoder, count: int) -> None:
    """Flash and click each two seconds, the first after one."""
    for number in range(count):
        moment = number % 50 == 25
        picture = np.full((96, 64), 128, dtype=np.uint8)
        picture[:64] = 235 if moment else 16
        packet = encoder.encode(picture, number * PICTURE, key_frame=number == 0)
        film.show(number * PICTURE, bytes(packet), key_frame=packet.is_keyframe)
        if moment:
            film.write(AVATAR, number * PICTURE, click(2_400))
        film.extend(number * PICTURE)


def flashes_ms(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [
            1000 * float(frame.time or 0)
            for frame in container.decode(video=0)
            if frame.to_ndarray(format="gray").mean() > 200
        ]


@pytest.mark.parametrize("ending", list(CODECS))
def test_picture_and_sound_are_where_they_belong(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    film = FilmFile(path)
    shoot(film, PictureEncoder(CODECS[ending], (64, 64)), 200)
    film.close()
    both = read_piece(path, 0)
    assert flashes_ms(path) == pytest.approx([1_000, 3_000, 5_000, 7_000], abs=1)
    assert onsets_ms(both[:, AVATAR]) == pytest.approx([1_000, 3_000, 5_000, 7_000], abs=2)
    assert onsets_ms(both[:, PERSON]) == []
    assert onsets_ms(read_piece(path, 2_900, 3_300)[:, AVATAR]) == pytest.approx([100], abs=2)


@pytest.mark.parametrize("ending", list(CODECS))
def test_a_film_that_is_not_finished_can_be_seen(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    film = FilmFile(path)
    shoot(film, PictureEncoder(CODECS[ending], (64, 64)), 300)
    copy = tmp_path / f"copy{ending}"
    copy.write_bytes(path.read_bytes())  # as it would be left by a process that is killed
    film.close()
    assert flashes_ms(copy)[:3] == pytest.approx([1_000, 3_000, 5_000], abs=1)
    assert onsets_ms(read_piece(copy, 0)[:, AVATAR])[:3] == pytest.approx([1_000, 3_000, 5_000], abs=2)


def test_where_no_picture_comes_the_sound_is_kept(tmp_path: Path) -> None:
    film = FilmFile(tmp_path / "a.mp4")
    for second in range(30):
        film.write(PERSON, second * 24_000, click(2_400))
        film.extend((second + 1) * 24_000)
    film.close()
    assert len(onsets_ms(read_piece(tmp_path / "a.mp4", 0)[:, PERSON])) == 30
    assert film.lost == 0
