"""What the museum's avatar can look up, and a check of what it says."""

from navtalk_widget import Transcript
from navtalk_widget.session.talk.reply import Reply

MOST_WORDS = 12
"""As many as a visitor listens to gladly."""


def opening_hours(hall: str) -> str:
    """Opening hours of a hall of the museum."""
    return f"The {hall} hall is open from ten to six."


def ticket_price(age: int) -> str:
    """Price of a ticket for a visitor of this age."""
    return "It is free." if age < 12 else "It is 14 euros."


def is_short(reply: Reply, transcript: Transcript) -> str | None:
    """What is wrong with an answer that is too long; None if it is not."""
    words = len(reply.text.split())
    return f"{words} words, and {MOST_WORDS} would do" if words > MOST_WORDS else None
