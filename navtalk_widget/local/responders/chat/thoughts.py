"""Keeping to itself what a reasoning model thinks before it speaks."""

from __future__ import annotations

_TAGS = {"<think>": "</think>", "<thinking>": "</thinking>", "<thought>": "</thought>"}
_LONGEST = max(map(len, (*_TAGS, *_TAGS.values())))


class WithoutThoughts:
    """Takes a text in pieces of any size and gives it out without its ``<think>`` parts."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""

    def add(self, piece: str) -> str:
        """Add a piece; return what is known to be no thought."""
        self._held += piece
        said = ""
        while True:
            tags = (self._closing,) if self._closing else (*_TAGS, *_TAGS.values())
            place, tag = min(((self._held.find(tag), tag) for tag in tags if tag in self._held), default=(-1, ""))
            if not tag:
                break
            if not self._closing:
                said += self._held[:place]
            self._held = self._held[place + len(tag) :]
            self._closing = "" if self._closing else _TAGS.get(tag, "")
        kept = _beginning_of_a_tag(self._held, tags)
        if not self._closing:
            said += self._held[: len(self._held) - kept]
        self._held = self._held[len(self._held) - kept :]
        return said

    def rest(self) -> str:
        """Return what is left when nothing more will come."""
        rest, self._held = self._held, ""
        return "" if self._closing else rest


def _beginning_of_a_tag(text: str, tags: tuple[str, ...]) -> int:
    """How many characters at the end of a text may be the beginning of a tag."""
    for count in range(min(_LONGEST - 1, len(text)), 0, -1):
        if any(tag.startswith(text[-count:]) for tag in tags):
            return count
    return 0
