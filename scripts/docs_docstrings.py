"""Lets the reference show the examples of docstrings, which mark them with two colons, as code."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(?P<words>.*)::\n\n(?P<code>(?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)


class Examples(griffe.Extension):
    """Fences what follows two colons."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change a docstring as it is read."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(_fenced, obj.docstring.value)


def _fenced(found: re.Match[str]) -> str:
    words = found["words"].rstrip()
    lead = f"{words}:\n\n" if words else ""
    code = textwrap.dedent(found["code"]).strip()
    language = "text" if "├" in code else "python"
    return f"{lead}```{language}\n{code}\n```\n\n"
