"""Finding words in answers."""

from __future__ import annotations

import unicodedata


def has_phrase(text: str, phrase: str) -> bool:
    """Whether a text has these words, regardless of case, and not as part of longer words.

    Scripts without capital letters are searched as they are: most of them write no spaces, or join particles to words.
    """
    text, phrase = _plain(text), _plain(phrase)
    place = text.find(phrase)
    while place >= 0:
        if not (_is_joined(text, place) or _is_joined(text, place + len(phrase))):
            return True
        place = text.find(phrase, place + 1)
    return False


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def _is_joined(text: str, place: int) -> bool:
    """Whether the characters before and after a place belong to one word."""
    return 0 < place < len(text) and _is_of_word(text[place - 1]) and _is_of_word(text[place])


def _is_of_word(character: str) -> bool:
    return character.isdigit() or character.lower() != character.upper()
