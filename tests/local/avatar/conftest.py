"""Characters drawn once for all tests: a face keeps nothing between pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace


@pytest.fixture(scope="session")
def drawn_face() -> Callable[..., DrawnFace]:
    """The face of a character by its name and, if it is another than that of the drawings, the size."""

    @functools.cache
    def draw(name: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> DrawnFace:
        return DrawnFace(character_named(name), size)

    return draw
