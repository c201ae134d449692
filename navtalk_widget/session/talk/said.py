"""A turn under way: its words by the parts they came in, and which of them were heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from navtalk_widget.session.talk.spoken_words import SpokenWords
from navtalk_widget.session.talk.voice_clock import Part, Voice
from navtalk_widget.transcript.turn import Turn


@dataclass(slots=True)
class Said:
    """A turn and its words; an answer may consist of several messages, and they of several parts."""

    turn: Turn
    parts: dict[Part, SpokenWords] = field(default_factory=dict)
    over: bool = False
    """Whether it is heard no more."""
    voice: Voice | None = None
    """What of it was heard in the end, where that is known."""

    def part(self, key: Part, *, spoken: bool = True) -> SpokenWords:
        """The words of a part, which may be new."""
        return self.parts.setdefault(key, SpokenWords(spoken))

    def add(self, words: str, key: Part = ("", 0), *, whole: bool, received_ms: float = 0.0) -> None:
        """Take in words of a part: a further piece, or the whole of them.

        Args:
            words: what was said.
            key: the part.
            whole: whether these are all its words.
            received_ms: how much of its sound there was when they came.
        """
        if whole and words:
            if key[0] and key not in self.parts:  # the deltas did not say which message they belong to
                nameless = self.parts.pop(("", key[1]), None)
                if nameless is not None:
                    self.parts[key] = nameless
            self.part(key).replace(words)
        else:
            self.part(key).add(words, received_ms)
        self.tell()

    def end(self, voice: Voice | None) -> None:
        """It is heard no more.

        Args:
            voice: what of it was heard, where that is known.
        """
        self.over, self.voice = True, voice
        self.tell()

    def tell(self) -> None:
        """Bring the turn up to date with the words."""
        text = " ".join(filter(None, (part.text for part in self.parts.values())))
        self.turn = replace(self.turn, text=text, text_heard=self._heard() if self.turn.role == "avatar" else None)

    def _heard(self) -> str | None:
        if not self.over:
            return None
        silent = self.voice is None or not (self.voice.parts or self.turn.interrupted)
        if silent and any(part.spoken and part.heard_as_told is None for part in self.parts.values()):
            return None
        sounds = {} if self.voice is None else self.voice.parts
        one_of_each = len(sounds) == len(self.parts) == 1  # whatever the service calls them
        heard = (
            part.heard(next(iter(sounds.values())) if one_of_each else sounds.get(key))
            for key, part in self.parts.items()
        )
        return " ".join(filter(None, heard))
