"""What there is to see of a conversation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.life.motion import Mood


class MoodyFace:
    """A live face that looks at each picture what its conversation is doing.

    So a mood lasts as long as what causes it, and nobody has to announce its end.
    """

    def __init__(self, face: LiveFace, mood: Callable[[], Mood]) -> None:
        self._face = face
        self._mood = mood

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        """Return the picture of that moment, see `LiveFace.frame_at`."""
        self._face.mood = self._mood()
        return self._face.frame_at(position)
