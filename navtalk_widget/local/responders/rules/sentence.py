"""A sentence, and what of it is still free to become an argument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from navtalk_widget.local.responders.rules.clock_times import find_clock_time
from navtalk_widget.local.responders.rules.noun_phrases import Phrase, find_phrases
from navtalk_widget.local.responders.rules.numbers import FoundNumber, find_numbers
from navtalk_widget.local.responders.rules.words import stem, words_of, words_of_name

_SIGN = re.compile(r"(?<![\w)])[-−](?=\d)")


class Sentence:
    """What a person said, and which of its numbers and phrases have been used for an argument already.

    Args:
        text: what they said.
        known: stems of the tool's own words, which are no values.
        today: what "tomorrow" is counted from.
        is_answer: whether it answers the question for one argument, so that all of it is the value.
        topic: stems of the tool's name, which are no value even behind a preposition: "what about the sales".
    """

    def __init__(
        self,
        text: str,
        known: AbstractSet[str],
        today: date,
        *,
        is_answer: bool = False,
        topic: AbstractSet[str] = frozenset(),
    ) -> None:
        self.text = text.strip()
        self.words = words_of(_SIGN.sub("minus ", text))
        self.lower = [word.lower() for word in self.words]
        self.known = known
        self.today = today
        self.is_answer = is_answer
        self.topic = topic
        self.numbers = _signed(find_numbers(self.words), self.lower)
        self.phrases = find_phrases(self.words, known)
        self.used: list[Phrase] = []

    def use(self, value: str) -> None:
        """Note that ``value`` has become an argument, so that no phrase of it becomes another one."""
        stems = {stem(word) for word in words_of_name(value)}
        self.used += [phrase for phrase in self.phrases if {stem(word) for word in phrase.words} <= stems]
        self.phrases = [phrase for phrase in self.phrases if not {stem(word) for word in phrase.words} <= stems]

    def is_topic(self, phrase: Phrase) -> bool:
        """Whether a phrase only repeats the tool's name."""
        return {stem(word) for word in phrase.words} <= self.topic

    def mentions(self, name: str) -> int | None:
        """The index of the first word of an argument's name in the sentence."""
        stems = {stem(word) for word in words_of_name(name)}
        return next((index for index, word in enumerate(self.lower) if stem(word) in stems), None)

    def take_clock_time(self) -> str | None:
        """The first time of day, as it was said; its numbers are no other argument's after that."""
        time = find_clock_time(self.words)
        if time is None:
            return None
        self.numbers = [number for number in self.numbers if not time.start <= number.start < time.end]
        said = r"[^\w]+".join(re.escape(word) for word in self.words[time.start : time.end])
        found = re.search(rf"\b{said}", self.text)
        return found[0] if found else " ".join(self.words[time.start : time.end])


def _signed(numbers: list[FoundNumber], words: Sequence[str]) -> list[FoundNumber]:
    """The numbers below zero: behind "minus", unless a number stands before that, which it is taken from."""
    ends = {number.end for number in numbers}
    return [
        FoundNumber(-number.value, number.start - 1, number.end)
        if number.start and words[number.start - 1] in ("minus", "negative") and number.start - 1 not in ends
        else number
        for number in numbers
    ]
