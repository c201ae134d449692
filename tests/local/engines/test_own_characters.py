import json
import shutil
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from PIL import Image

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.engines.own_characters import OwnCharacters
from navtalk_widget.local.server import LocalService


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leo under another name and with another voice."""
    folder = tmp_path / "ann"
    shutil.copytree(str(resources.files("navtalk_widget.local.avatar").joinpath("characters", "leo")), folder)
    described = json.loads((folder / "character.json").read_text())
    (folder / "character.json").write_text(json.dumps({**described, "name": "Ann", "voice": "sage"}))
    return folder


@pytest_asyncio.fixture
async def service(folder: Path) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, characters=[folder]) as service:
        yield service


async def test_it_is_looked_up_by_name_and_shown_in_a_still(service: LocalService) -> None:
    base = service.url.replace("ws", "http", 1)
    async with ClientSession() as session:
        async with session.get(f"{base}/api/open/v1/avatar/getByName?name=ann") as response:
            assert "sage" in await response.text()
        async with session.get(f"{base}/uploadFiles/Ann.png") as response:
            assert response.status == 200
            assert (await response.read()).startswith(b"\x89PNG")


def test_photos_are_called_by_their_files(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "mona lisa.png")
    own = OwnCharacters([tmp_path / "mona lisa.png"])
    assert own.path("Mona Lisa") == tmp_path / "mona lisa.png"
    assert own.path("navtalk.Leo") is None


def test_a_place_without_a_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no character at"):
        OwnCharacters([tmp_path])
