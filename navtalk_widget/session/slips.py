"""Slips of the pen: names that are almost those of settings, which Python would take without a word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from navtalk_widget.errors import ConfigurationError

LIKENESS = 0.8
"""Above which a name is taken for another: ``instruction``, ``lokale``, ``charater``; not ``title`` or ``name``."""


def meant(name: str, known: Iterable[str], likeness: float = LIKENESS) -> str | None:
    """The known name that somebody who wrote this one most likely meant; None if it resembles none."""
    known = list(known)
    nearest = difflib.get_close_matches(name, known, 1, likeness)
    if nearest:
        return nearest[0]
    # Of a short word, two letters that changed places are a large part: "trun".
    return next((each for each in known if each[:1] == name[:1] and sorted(each) == sorted(name)), None)


def refuse_unheard(kind: str, name: object, known: Collection[str], likeness: float = LIKENESS) -> None:
    """Refuse to listen for what never happens: a name that is almost one of those that are known.

    Args:
        kind: what the names are of, in a word: ``"event"``.
        name: what somebody listens for; what resembles no known name passes.
        known: the names.
        likeness: above which a name is taken for another.

    Raises:
        ConfigurationError: the name is a slip; the hint tells the right one.
    """
    nearest = meant(name, known, likeness) if isinstance(name, str) and name not in known else None
    if nearest is not None:
        raise ConfigurationError(f"There is no {kind} named {name!r}.", hint=f"Did you mean {nearest!r}?")


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
