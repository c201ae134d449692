"""What a new connection is told of the conversation so far."""

from __future__ import annotations

from collections.abc import Iterable

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import assistant_text, user_text
from navtalk_widget.transcript.turn import Turn

TURNS = 50
CHARACTERS = 20_000
"""The newest turns are told, as many as are within both bounds."""


def replayed(turns: Iterable[Turn]) -> list[Event]:
    """The last turns of both sides as items, oldest first.

    Args:
        turns: all turns, oldest first.
    """
    told: list[Event] = []
    characters = 0
    for turn, words in reversed([(turn, words) for turn in turns if (words := _heard(turn))][-TURNS:]):
        words = words[: CHARACTERS - characters]  # of a turn that is too long, its beginning
        if not words:
            break
        characters += len(words)
        item = user_text(words) if turn.role == "user" else assistant_text(words)
        told.append(events.ConversationItemCreate(item=item))
    return told[::-1]


def _heard(turn: Turn) -> str:
    """What the other side got of a turn: an answer that was cut short was not given to its end."""
    return turn.text if turn.text_heard is None else turn.text_heard
