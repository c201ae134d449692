"""Reads portraits: an image file, or a folder with one and a description."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from navtalk_widget.engines.photo import read_photo
from navtalk_widget.engines.portrait import DESCRIPTION_FILE, Anchors, check_anchors, read_anchors
from navtalk_widget.errors import ConfigurationError


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A photo of a person, and what is known of it.

    Attributes:
        photo: upright RGB, of bounded size.
        anchors: where eyes and mouth are, in pixels of the photo, as far as somebody said so.
        name: of the character.
        voice: to speak with if the session asks for none; empty for any.
        greeting: what it says first; empty for the usual.
    """

    photo: Image.Image
    anchors: Anchors = field(default_factory=Anchors)
    name: str = "portrait"
    voice: str = ""
    greeting: str = ""


def load_portrait(path: Path) -> Portrait:
    """Read a portrait.

    Args:
        path: an image file; or a folder whose `character.json` names one under `portrait`, and may have `left_eye`,
            `right_eye` and `mouth` in pixels of it (see `engines.portrait.Portrait`), `name`, `voice` and `greeting`.

    Raises:
        ConfigurationError: if there is none, or what is there is not valid.
    """
    if not path.is_dir():
        photo, _ = read_photo(path)
        return Portrait(photo, name=path.stem)
    file = path / DESCRIPTION_FILE
    try:
        described = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}.") from error
    image = described.get("portrait") if isinstance(described, dict) else None
    if not isinstance(image, str) or not image:
        raise ConfigurationError(f"{file} names no portrait.", hint='Add "portrait": "the name of an image file".')
    photo, scale = read_photo(path / image)
    anchors = read_anchors(described).scaled(scale)
    check_anchors(anchors, photo.size)
    texts = {key: described[key] for key in ("voice", "greeting") if isinstance(described.get(key), str)}
    name = described.get("name")
    return Portrait(photo, anchors, name=name if isinstance(name, str) and name else path.name, **texts)
