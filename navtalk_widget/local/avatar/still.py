"""Still pictures of a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from navtalk_widget.local.avatar.colours import to_rgb
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import REST, Mouth


def still(face: Face, mouth: Mouth = REST, bearing: Bearing | None = None) -> NDArray[np.uint8]:
    """Return a picture of the face, looking at the viewer if not told otherwise: RGB, uint8 of shape (h, w, 3)."""
    return rgb_of(face.picture(mouth, bearing or Bearing()))


def rgb_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert planar YUV 4:2:0, uint8 of shape (h * 3 // 2, w), to RGB of shape (h, w, 3)."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    whole = [Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR) for plane in chroma]
    return to_rgb(np.stack([picture[:height], *(np.asarray(plane) for plane in whole)], axis=2))
