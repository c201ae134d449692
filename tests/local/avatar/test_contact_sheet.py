from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.contact_sheet import contact_sheet, main


def test_a_sheet_shows_different_pictures() -> None:
    sheet = np.asarray(contact_sheet(character_named("navtalk.Mia")))
    assert sheet.shape == (4 * 424, 6 * 320, 3)
    rest, ah = sheet[:400, :320].astype(int), sheet[424:824, 3 * 320 : 4 * 320].astype(int)
    closed = sheet[848:1248, 320:640].astype(int)
    assert np.abs(rest - ah)[230:290].mean() > 2
    assert np.abs(rest - closed)[170:220].mean() > 2


def test_the_command_writes_a_sheet_of_a_folder(tmp_path: Path) -> None:
    folder = Path(main.__code__.co_filename).parent / "characters" / "zoe"
    assert main([str(folder), str(tmp_path / "zoe.png")]) == 0
    with Image.open(tmp_path / "zoe.png") as picture:
        assert picture.size == (6 * 320, 4 * 424)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path / "out.png")]) == 1
    assert "character.json cannot be read" in capsys.readouterr().err
