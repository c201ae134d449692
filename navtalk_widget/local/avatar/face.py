"""What can be seen speaking."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import Mouth


class Face(Protocol):
    """Makes the picture of any shape of the mouth and bearing of the head.

    It keeps no state between pictures but caches, all of them bounded, so all conversations share it.
    """

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures in pixels; both even."""
        ...

    def picture(self, mouth: Mouth, bearing: Bearing) -> NDArray[np.uint8]:
        """Return the picture as planar YUV 4:2:0 (ITU-R BT.601, limited range).

        The caller must not change it: a picture that shows the same as the one before may be the same array.

        Args:
            mouth: its shape.
            bearing: of the head, in units of a picture 320 pixels wide.

        Returns:
            uint8 of shape (height * 3 // 2, width): luma, then Cb and Cr at half the resolution.
        """
        ...
