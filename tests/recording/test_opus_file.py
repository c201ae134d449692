import sys
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget.audio.stereo_files import read_piece
from navtalk_widget.errors import MissingExtraError
from navtalk_widget.recording.opus_file import OpusFile
from navtalk_widget.recording.sides import AVATAR, PERSON
from navtalk_widget.recording.window import LOOK_BACK
from tests.recording.sounds import click, onsets_ms

SECOND = 24_000


def test_each_side_is_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "a.opus"
    file = OpusFile(path)
    for second in range(1, 20):
        file.write(PERSON if second % 2 else AVATAR, second * SECOND + 240, click(2_400))
        file.extend((second + 1) * SECOND)
    file.close()
    both = read_piece(path, 0)
    assert len(both) == 20 * SECOND
    assert onsets_ms(both[:, PERSON]) == pytest.approx([1_010 + 2_000 * n for n in range(10)], abs=2)
    assert onsets_ms(both[:, AVATAR]) == pytest.approx([2_010 + 2_000 * n for n in range(9)], abs=2)
    piece = read_piece(path, 11_000, 11_500)
    assert len(piece) == SECOND // 2
    assert onsets_ms(piece[:, PERSON]) == pytest.approx([10], abs=2)
    assert path.stat().st_size < both.nbytes / 8


def test_what_is_some_seconds_old_can_be_read_while_it_grows(tmp_path: Path) -> None:
    file = OpusFile(tmp_path / "a.ogg")
    file.write(AVATAR, SECOND, click(2_400))
    for second in range(2, 12):
        file.extend(second * SECOND)
    so_far = read_piece(tmp_path / "a.ogg", 0)
    assert len(so_far) > 11 * SECOND - LOOK_BACK - 2 * SECOND
    assert onsets_ms(so_far[:, AVATAR]) == pytest.approx([1_000], abs=2)
    file.close()


def test_what_comes_too_late_is_lost_and_counted(tmp_path: Path) -> None:
    file = OpusFile(tmp_path / "a.ogg")
    file.extend(10 * SECOND)
    file.write(PERSON, SECOND, click(2_400))
    file.write(PERSON, 10 * SECOND - LOOK_BACK + 240, click(2_400))
    file.close()
    assert file.lost == 2_400
    assert onsets_ms(read_piece(tmp_path / "a.ogg", 0)[:, PERSON]) == pytest.approx([7_010], abs=2)


def test_without_pyav_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"navtalk-widget\[local\].*or record to a \.wav"):
        OpusFile(tmp_path / "a.opus")
    assert not (tmp_path / "a.opus").exists()


def test_sound_far_ahead_of_time_does_not_fill_the_memory(tmp_path: Path) -> None:
    file = OpusFile(tmp_path / "a.opus")
    for second in range(100):
        file.write(PERSON, second * SECOND, np.ones(SECOND, dtype=np.int16))
        file.extend(0)
        assert file._sound.window._both.nbytes <= 62 * SECOND * 4
    file.close()
    assert file.lost == 0
