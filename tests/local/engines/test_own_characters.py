import json
import shutil
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from PIL import Image
from websockets.asyncio.client import connect

from navtalk_widget.engines.choices import Builtin, Espeak, LocalOptions, PocketSphinx
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.engines.own_characters import OwnCharacters
from navtalk_widget.local.server import LocalService
from tests.local.wire_client import WireClient
from tests.support.waiting import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leo under another name and with another voice."""
    folder = tmp_path / "ann"
    shutil.copytree(str(resources.files("navtalk_widget.local.avatar").joinpath("characters", "leo")), folder)
    described = json.loads((folder / "character.json").read_text())
    (folder / "character.json").write_text(
        json.dumps({**described, "name": "Ann", "voice": "sage", "greeting": "Ahoy, sailor."})
    )
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


async def first_words(service: LocalService, query: str, **session: Any) -> tuple[str, str]:
    """The voice that the avatar has, and what it says first."""
    async with connect(f"{service.url}/api/realtime-api?license=x&{query}") as socket:
        client = WireClient(socket)
        await client.start(modalities=["text"], **session)
        voice = client.of("session.created")[0]["session"]["voice"]
        await client.send("response.create")
        return voice, (await client.until("response.text.done"))["text"]


async def test_it_speaks_with_its_own_voice_and_greeting(service: LocalService) -> None:
    assert await first_words(service, "characterName=Ann") == ("sage", "Ahoy, sailor.")
    voice, words = await first_words(service, "characterName=navtalk.Leo")
    assert voice != "sage"
    assert words == "Hello, I'm Leo. How can I help you?"


async def test_the_instructions_count_more_than_its_greeting(service: LocalService) -> None:
    told = {"instructions": "You are a guide. Greet with 'Welcome aboard.'"}
    assert (await first_words(service, "characterName=Ann", **told))[1] == "Welcome aboard."


async def test_that_of_a_kernels_own_folder_is_used_too(folder: Path) -> None:
    told: list[dict[str, Any]] = []
    async with LocalService(port=0, tell_kernel=told.append) as service:
        options = LocalOptions(responder=Builtin(), recognizer=PocketSphinx(), synthesizer=Espeak())
        chosen = options.model_copy(update={"character": str(folder)})
        service.take({"type": "options", "id": "mine", "options": chosen.as_message()})
        await eventually(lambda: any(message["type"] == "options_ready" for message in told))
        found = await first_words(service, "characterName=whatever&options=mine")
        assert found == ("sage", "Ahoy, sailor.")


def test_photos_are_called_by_their_files(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "mona lisa.png")
    own = OwnCharacters([tmp_path / "mona lisa.png"])
    assert own.path("Mona Lisa") == tmp_path / "mona lisa.png"
    assert own.path("navtalk.Leo") is None


def test_a_place_without_a_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no character at"):
        OwnCharacters([tmp_path])
