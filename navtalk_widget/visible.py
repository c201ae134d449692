"""Words of others on a terminal: what would steer it is shown, not done."""

from __future__ import annotations

import re

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters, but for tabs and line feeds."""


def visible(text: str) -> str:
    r"""The text with its control characters as Python writes them, such as ``\x1b``; tabs and line breaks stay.

    Models, tools and services may send any, and escape sequences move over what was written before, rename windows and
    fill the clipboard.
    """
    return _STEERING.sub(lambda sign: ascii(sign[0])[1:-1], text.replace("\r\n", "\n"))
