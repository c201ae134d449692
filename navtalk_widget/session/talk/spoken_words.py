"""Which of an answer's words have been heard, by the place of its words in its voice.

A service sends pieces of words between the pieces of their sound. A piece begins to be heard where the sound ended that
had been received before it, unless the words ahead of it cannot have been spoken by then: words run ahead of their
sound. Those that do are spread evenly over the sound up to the next piece of which the place is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from navtalk_widget.session.talk.voice_clock import Sound
from navtalk_widget.transcript.words import count_unspaced_letters, whole_words

USUAL_PACE = 65.0
"""Milliseconds per letter of speech, where it cannot be told from the sound."""

UNSPACED_LETTERS = 3.5
"""Letters that take as long to say as one of a script without spaces."""

FASTEST_PACE = 50.0
"""Milliseconds per letter; words that come faster than this have run ahead of their sound."""


@dataclass(slots=True)
class SpokenWords:
    """The words of one part of an answer, as they came: half an emoji at the end of a piece waits for its other half.

    Args:
        spoken: whether they have a sound; what is only written is read at once.
    """

    spoken: bool = True
    sound_complete: bool = False
    """Whether all of its sound was received."""
    heard_as_told: str | None = None
    """What the service says was heard."""
    _pieces: list[tuple[float, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words so far."""
        return "".join(words for _, words in self._pieces).strip()

    def add(self, words: str, received_ms: float) -> None:
        """Add a piece that arrived when so much of the sound had."""
        self._pieces.append((received_ms, words))

    def replace(self, words: str) -> None:
        """Take the whole of the words; where they are the same as before, their places stay known."""
        if words.strip() != self.text:
            self._pieces = [(0.0, words)]

    def heard(self, sound: Sound | None) -> str:
        """The words of which the sound has been heard, whole words only."""
        if self.heard_as_told is not None:
            return self.heard_as_told
        if not self.spoken:
            return self.text
        if sound is None or not sound.heard_ms:
            return ""
        if self.sound_complete and sound.heard_ms >= sound.received_ms:
            return self.text
        words = "".join(words for _, words in self._pieces)
        return whole_words(words, self._heard_letters(sound)).strip()

    def _heard_letters(self, sound: Sound) -> int:
        letters = 0
        stretches = self._stretches()
        for index, (begin, words) in enumerate(stretches):
            if index + 1 < len(stretches):
                end = stretches[index + 1][0]
            elif self.sound_complete:
                end = sound.received_ms
            else:
                end = max(sound.received_ms, begin + USUAL_PACE * _effort(words))
            if sound.heard_ms <= begin:
                break
            if sound.heard_ms < end:
                return letters + int((sound.heard_ms - begin) / (end - begin) * len(words))
            letters += len(words)
        return letters

    def _stretches(self) -> list[tuple[float, str]]:
        """Words of which the place in the sound is known, in milliseconds from its beginning."""
        stretches: list[tuple[float, str]] = []
        for received_ms, words in self._pieces:
            if stretches:
                begin, before = stretches[-1]
                if received_ms < begin + FASTEST_PACE * _effort(before):
                    stretches[-1] = begin, before + words
                    continue
            stretches.append((received_ms, words))
        return stretches


def _effort(words: str) -> float:
    return len(words) + (UNSPACED_LETTERS - 1) * count_unspaced_letters(words)
