from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def still(service: LocalService, name: str) -> bytes:
    reply = await ask(service, "GET", f"/uploadFiles/{name}.png")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/png")
    return reply.body


async def test_a_still_is_a_picture_of_the_character(service: LocalService) -> None:
    with Image.open(io.BytesIO(await still(service, "navtalk.Leo"))) as picture:
        assert picture.size == (320, 400)
        assert np.asarray(picture).std() > 20


async def test_every_name_has_the_face_that_its_conversation_shows(service: LocalService) -> None:
    leo, lily = await still(service, "navtalk.Leo"), await still(service, "navtalk.Lily")
    assert leo != lily
    assert await still(service, "man2") == await still(service, "navtalk.Ethan") == leo
    assert await still(service, "girl5") == await still(service, "navtalk.Emma") == lily
    assert await still(service, "girl6") == await still(service, "navtalk.Ava") == await still(service, "navtalk.Zoe")
    assert await still(service, "my%20own%20avatar%2F7") in (leo, lily)


async def test_no_licence_is_asked_for(guarded: LocalService) -> None:
    await still(guarded, "navtalk.Leo")
