"""Slips of the pen: names that are almost those of settings, which Python would take without a word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LIKENESS = 0.8
"""Above which a name is taken for another: ``instruction``, ``lokale``, ``charater``; not ``title`` or ``name``."""


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote this one most likely meant; None if it resembles none."""
    nearest = difflib.get_close_matches(name, list(known), 1, LIKENESS)
    return nearest[0] if nearest else None


def unexpected(called: str, name: str, known: Iterable[str]) -> TypeError:
    """The error of a call with a keyword that there is not, as of any function, and what may have been meant."""
    nearest = meant(name, known)
    suggestion = "" if nearest is None else f". Did you mean {nearest!r}?"
    return TypeError(f"{called}() got an unexpected keyword argument {name!r}{suggestion}")


def refuse_slip(owner: object, name: str, known: Iterable[str]) -> None:
    """Refuse to assign to a name that the owner does not have, and that is almost one of its settings.

    Any other name is a person's own to use, as with every Python object.

    Raises:
        AttributeError: the name is a slip; the message tells the right one.
    """
    if name.startswith("_") or hasattr(type(owner), name) or name in vars(owner):
        return
    nearest = meant(name, known)
    if nearest is not None:
        raise AttributeError(
            f"{type(owner).__name__} has no setting {name!r}. Did you mean {nearest!r}?", name=name, obj=owner
        )
