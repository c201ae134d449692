"""Names and things that a sentence speaks of: what could be the value of a tool's text argument."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from navtalk_widget.local.responders.rules.calendar_words import TIME_WORDS, is_month
from navtalk_widget.local.responders.rules.numbers import read_number
from navtalk_widget.local.responders.rules.words import STOP_WORDS, stem

_PREPOSITION_WORDS = "in at for of to from about near on into towards around by with"
PREPOSITIONS = frozenset(_PREPOSITION_WORDS.split())

_ORDER_WORDS = (
    "show display list print find look search compare compute calculate check fetch read report retrieve describe "
    "explain bring tell give get plot draw see return quote what's how's where's who's when's"
)
_ORDERS = frozenset(_ORDER_WORDS.split())
# They stand between a thing and its name, or end a question: "a book called Dune", "how is Anna doing".
_NO_VALUES = frozenset(["doing", "called", "named", "titled", "thanks", "thank", "minus", "hey"])

_ARTICLES = frozenset(["a", "an", "the", "my", "your", "our", "this", "that", "some"])
_JOINING = frozenset(["of", "de", "la", "le", "du", "and", "the"])
_LONGEST = 5  # words

# "The British Museum" and "Mexico City" are no names without their last word.
_NEVER_ALONE_WORDS = (
    "british national science modern contemporary fine art arts history historical natural military technical "
    "technology design war city town state central royal grand new old maritime local archaeological jewish folk "
    "railway transport air space toy doll open mexico kansas quebec panama kuwait vatican oklahoma guatemala salt lake "
    "cape green golden white black red blue north south east west first last next main nearest best other same big "
    "small little living dining waiting public private international american french german italian"
)
_NEVER_ALONE = frozenset(_NEVER_ALONE_WORDS.split())
_KINDS_OF_PLACE = frozenset(stem(word) for word in ("city", "town", "village"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that belong together.

    Attributes:
        words: as they were said, without an article in front.
        start: index of the first of them in the sentence.
        preposition: what stood before them, in lower case, or ``""``.
    """

    words: tuple[str, ...]
    start: int
    preposition: str

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(self.words)


def find_phrases(words: Sequence[str], known: Collection[str]) -> list[Phrase]:
    """Phrases in the order of the sentence.

    Args:
        words: of the sentence.
        known: stems that are no part of a value by themselves, such as those of the tool's own name: "weather" in
            "the weather in paris". They end a phrase that has no preposition, but may be part of one that has.
    """
    phrases: list[Phrase] = []
    position = behind_order(words)
    while position < len(words):
        lower = words[position].lower()
        preposition = lower if lower in PREPOSITIONS else ""
        start = position + 1 if preposition else position
        while start < len(words) and words[start].lower() in _ARTICLES:
            start += 1
        end = start
        while end < len(words) and end - start < _LONGEST and _continues(words, start, end, preposition, known):
            end += 1
        while end > start and words[end - 1].lower() in _JOINING:
            end -= 1
        if end > start:
            phrases.append(Phrase(tuple(words[start:end]), start, preposition))
        position = max(end, position + 1)
    return phrases


def behind_order(words: Sequence[str]) -> int:
    """The index behind the verb that begins an order, such as "please show me"; 0 if the sentence is none."""
    first = next((index for index, word in enumerate(words) if word.lower() not in STOP_WORDS), 0)
    return first + 1 if words and words[first].lower() in _ORDERS else 0


def _continues(words: Sequence[str], start: int, end: int, preposition: str, known: Collection[str]) -> bool:
    word = words[end].lower()
    if word in TIME_WORDS or word in _NO_VALUES or is_month(words, end):
        return False
    if end == start and read_number(words, end) is not None:
        return False
    if end > start and word in ("of", "de", "la", "du") and end + 1 < len(words):
        return not preposition or word != "of" or stem(words[end + 1]) not in known
    if word in STOP_WORDS or word in PREPOSITIONS:
        return False
    return bool(preposition) or stem(word) not in known


def capitalised(text: str) -> str:
    """A name with capitals, unless it was written with some: recognised speech has none."""
    if text != text.lower():
        return text
    small = {"of", "de", "la", "du", "and", "the"}
    words = text.split(" ")
    return " ".join(
        word if index and word in small else word[:1].upper() + word[1:] for index, word in enumerate(words)
    )


def without_kind(said: Sequence[str], kinds: Collection[str]) -> list[str]:
    """Take the word for the kind of thing out of a name, unless it belongs to the name.

    Args:
        said: the words of the phrase, without an article in front.
        kinds: stems of the words for the kind: those of the argument's name, such as "museum".
    """
    words = list(said)
    if _KINDS_OF_PLACE & set(kinds):
        kinds = _KINDS_OF_PLACE | set(kinds)
    if len(words) > 2 and stem(words[0]) in kinds and words[1].lower() == "of":
        rest = words[3:] if words[2].lower() == "the" and len(words) > 3 else words[2:]
        return words if _belongs(words[0], rest) else rest
    if len(words) > 1 and stem(words[0]) in kinds and words[0].islower() and not _belongs(words[0], words[1:]):
        return words[1:]  # "the museum Louvre"
    at = next((index for index, word in enumerate(words) if index and stem(word) in kinds), None)
    if at is None:
        return words
    return words[: at + 1] if _belongs(words[at], words[:at]) else words[:at]


def never_alone(words: Sequence[str]) -> bool:
    """Whether the words are no name without another: "living", of "the living room"."""
    return all(word.lower() in _NEVER_ALONE for word in words)


def _belongs(kind: str, rest: Sequence[str]) -> bool:
    """Whether the word for the kind is part of the name; a capital tells, and so does a rest that is no name."""
    return kind[0].isupper() or never_alone(rest)
