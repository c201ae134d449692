"""The codes of errors, as the source gives them."""

from __future__ import annotations

import re
from pathlib import Path

import navtalk_widget

_PACKAGE = Path(navtalk_widget.__file__).parent


def given_codes() -> set[str]:
    """The codes that the source gives to kinds of errors, and to single ones."""
    return {
        code
        for path in _PACKAGE.rglob("*.py")
        for code in re.findall(r"""\bcode(?:=| = )"(\w+)[",]""", path.read_text("utf-8"))
    }
