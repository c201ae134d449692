"""The names of all that a session is known to tell: slips of the pen in them are refused."""

from __future__ import annotations

import functools
from typing import get_args

from navtalk_widget.protocol import events
from navtalk_widget.session.news import News
from navtalk_widget.session.slips import LIKENESS, refuse_unheard

_LIKENESS_OF_DOTTED = 0.95
"""Names of the protocol resemble each other, and services have some that nobody knows."""


def refuse_unknown_event(name: str) -> None:
    """Refuse a name that is almost one that is known; any other may be an event of some service.

    Raises:
        ConfigurationError: the name is a slip; the hint tells the right one.
    """
    dotted = "." in name
    alike = sorted(each for each in _known_names() if ("." in each) == dotted)
    refuse_unheard("event", name, alike, _LIKENESS_OF_DOTTED if dotted else LIKENESS)


@functools.cache
def _known_names() -> frozenset[str]:
    told = {news.type for news in get_args(News)}
    spoken = (getattr(events, name) for name in events.__all__)
    classes = (each for each in spoken if isinstance(each, type) and issubclass(each, events.Event))
    return frozenset((told | {getattr(each, "type", "") for each in classes}) - {""})  # bases have no name
