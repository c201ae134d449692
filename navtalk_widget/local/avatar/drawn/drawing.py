"""Reads a layer of a character: SVG that draws from itself alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from xml.etree import ElementTree

from navtalk_widget.errors import ConfigurationError

MAX_SIZE = 1_000_000
"""Bytes of a layer; drawings of a head take some tens of thousands."""

VIEW_BOX = "0 0 320 400"

_OWN = ("#", "data:image/png", "data:image/jpeg", "data:image/webp", "data:image/gif")
"""What a drawing may refer to: itself, and pictures within it. An SVG within it could refer to files again."""

_REFERENCE_IN_STYLE = re.compile(r"url\(\s*['\"]?\s*(?![\s'\"#])[^)]*\)?|@import", re.IGNORECASE)


def read_drawing(file: Path) -> str:
    """Return the SVG in a file.

    The rasteriser follows references to files wherever they lead, so a drawing that somebody passed on could show
    what is on the disk; such a drawing is refused.

    Raises:
        ConfigurationError: it cannot be read, is too large, is no SVG, has another viewBox, or refers to other files.
    """
    try:
        size = file.stat().st_size
        if size > MAX_SIZE:
            raise _unusable(file, f"has {size:,} bytes", f"A layer may have {MAX_SIZE:,}; simplify the drawing.")
        text = file.read_text("utf-8")
    except OSError as error:
        raise _unusable(file, f"cannot be read ({error.strerror})", "A character needs this layer.") from error
    except UnicodeDecodeError as error:
        raise _unusable(file, "is not text in UTF-8", "Save it as plain SVG, not compressed.") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _unusable(file, "has a document type", "Delete its <!DOCTYPE …> line.")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise _unusable(file, f"is not well-formed XML ({error})", "Export the drawing again as plain SVG.") from error
    _check(file, root)
    return text


def fill(file_name: str, text: str, values: Mapping[str, str]) -> str:
    """Return a drawing with its placeholders, such as `$skin`, filled.

    Raises:
        ConfigurationError: a placeholder has no value.
    """
    try:
        return Template(text).substitute(values)
    except KeyError as error:
        problem, hint = f"uses ${error.args[0]}", "Add that colour to the palette in character.json, or draw without."
    except ValueError as error:
        problem, hint = f"has a $ that begins no placeholder ({error})", "Write $$ for a dollar sign."
    raise ConfigurationError(f"The drawing {file_name} {problem}.", hint=hint)


def _check(file: Path, root: ElementTree.Element) -> None:
    if _bare(root.tag) != "svg":
        raise _unusable(file, f"begins with <{_bare(root.tag)}>", "It must be an SVG.")
    if root.get("viewBox") != VIEW_BOX:
        found = root.get("viewBox")
        raise _unusable(file, f"has the viewBox {found!r}", f'Draw in viewBox="{VIEW_BOX}", as all layers are.')
    for element in root.iter():
        if _bare(element.tag) == "text":
            raise _unusable(file, "contains <text>", "There are no fonts here: convert the text to paths.")
        for name, value in element.items():
            if _bare(name) == "href" and not value.strip().startswith(_OWN):
                raise _outside(file, value)
        styles = [*element.attrib.values(), (element.text or "") if _bare(element.tag) == "style" else ""]
        for found_outside in filter(None, map(_REFERENCE_IN_STYLE.search, styles)):
            raise _outside(file, found_outside.group())


def _bare(name: object) -> str:
    return str(name).rpartition("}")[2]


def _outside(file: Path, reference: str) -> ConfigurationError:
    return _unusable(
        file, f"refers to {reference[:80]!r}", "A layer may use nothing outside itself: embed pictures as PNG or JPEG."
    )


def _unusable(file: Path, problem: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"The drawing {file} {problem}.", hint=hint)
