"""A sentence, and what of it is still free to become an argument."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import date

from navtalk_widget.local.responders.rules.clock_times import find_clock_time
from navtalk_widget.local.responders.rules.noun_phrases import Phrase, find_phrases
from navtalk_widget.local.responders.rules.numbers import find_numbers
from navtalk_widget.local.responders.rules.words import stem, words_of, words_of_name


class Sentence:
    """What a person said, and which of its numbers and phrases have been used for an argument already.

    Args:
        text: what they said.
        known: stems of the tool's own words, which are no values.
        today: what "tomorrow" is counted from.
        is_answer: whether it answers the question for one argument, so that all of it is the value.
    """

    def __init__(self, text: str, known: AbstractSet[str], today: date, *, is_answer: bool = False) -> None:
        self.text = text.strip()
        self.words = words_of(text)
        self.lower = [word.lower() for word in self.words]
        self.known = known
        self.today = today
        self.is_answer = is_answer
        self.numbers = find_numbers(self.words)
        self.phrases = find_phrases(self.words, known)
        self.used: list[Phrase] = []

    def use(self, value: str) -> None:
        """Note that ``value`` has become an argument, so that no phrase of it becomes another one."""
        stems = {stem(word) for word in words_of_name(value)}
        self.used += [phrase for phrase in self.phrases if {stem(word) for word in phrase.words} <= stems]
        self.phrases = [phrase for phrase in self.phrases if not {stem(word) for word in phrase.words} <= stems]

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
