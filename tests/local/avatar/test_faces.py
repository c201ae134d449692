import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest
import pytest_asyncio

from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.faces import KEPT, Faces


@pytest_asyncio.fixture
async def faces() -> AsyncIterator[Faces]:
    faces = Faces()
    yield faces
    await faces.close()


@pytest.fixture
def own_character(tmp_path: Path) -> Path:
    leo = resources.files("navtalk_widget.local.avatar").joinpath("characters", "leo")
    return Path(shutil.copytree(str(leo), tmp_path / "mine"))


async def test_a_face_is_drawn_once_for_all_names_of_its_character(faces: Faces) -> None:
    faces.want("navtalk.Leo")
    leo, again = await asyncio.gather(faces.face("navtalk.Leo"), faces.face("NAVTALK.ethan"))
    assert leo is again
    assert leo.size == (320, 400)


async def test_services_of_one_process_share_what_is_drawn(faces: Faces) -> None:
    other = Faces()
    assert await other.face("navtalk.Leo") is await faces.face("navtalk.Leo")
    await other.close()


async def test_each_size_has_a_face_of_its_own(faces: Faces) -> None:
    small, large = await faces.face("navtalk.Leo"), await faces.face("navtalk.Leo", (436, 546))
    assert (small.size, large.size) == ((320, 400), (436, 546))


async def test_a_folder_is_a_character_of_ones_own(faces: Faces, own_character: Path) -> None:
    face = await faces.face(own_character)
    assert isinstance(face, DrawnFace)
    assert face.character.name == "navtalk.Leo"
    assert await faces.face(own_character) is face


@pytest.mark.parametrize("later_s", [1, -1], ids=["changed", "an older one put back"])
async def test_changing_a_drawing_of_ones_own_is_seen_next_time(
    faces: Faces, own_character: Path, later_s: int
) -> None:
    face = await faces.face(own_character)
    stamp = (own_character / "head.svg").stat().st_mtime_ns + later_s * 1_000_000_000
    os.utime(own_character / "head.svg", ns=(stamp, stamp))
    assert await faces.face(own_character) is not face


async def test_a_folder_without_a_character_is_told_and_tried_again(faces: Faces, own_character: Path) -> None:
    nothing_yet = own_character.with_name("next")
    with pytest.raises(NavTalkError):
        await faces.face(nothing_yet)
    shutil.copytree(own_character, nothing_yet)
    assert (await faces.face(nothing_yet)).size == (320, 400)


async def test_only_so_many_faces_are_kept(faces: Faces) -> None:
    sizes = [(320, 400 + 2 * more) for more in range(KEPT + 3)]
    await asyncio.gather(*(faces.face("navtalk.TestCard", size) for size in sizes))
    await faces.face("navtalk.TestCard", sizes[-1])
    assert len(faces._drawings) <= KEPT


async def test_closing_does_not_wait_for_a_drawing() -> None:
    faces = Faces()
    faces.want("navtalk.Lily", (322, 404))
    await faces.close()
    assert all(drawing.done() for drawing in faces._drawings.values())
