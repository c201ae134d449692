"""The value of a text argument: a name, a day, a time, or all that was said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from navtalk_widget.local.responders.rules.calendar_words import DAYS, find_day, find_month, without_possessive
from navtalk_widget.local.responders.rules.noun_phrases import Phrase, capitalised, never_alone, without_kind
from navtalk_widget.local.responders.rules.sentence import Sentence
from navtalk_widget.local.responders.rules.words import stem, words_of_name

_WHOLE_TEXT_WORDS = (
    "query question text prompt input message utterance sentence request content userinput user_input speech comment "
    "reason note topic body"
)
_WHOLE_TEXT = frozenset(_WHOLE_TEXT_WORDS.split())
_NAMES_OF_PLACES_AND_PEOPLE = (
    "city town place location country region area destination origin source target station airport street museum hotel "
    "restaurant shop name person artist author contact recipient address from to venue building"
)
_PROPER = frozenset(_NAMES_OF_PLACES_AND_PEOPLE.split())
_MATTERS = frozenset(["query", "text", "topic", "question", "phrase"])
_LANGUAGE = frozenset(["language", "lang"])
_WHEN = frozenset(["date", "day", "when", "weekday"])
_FROM = frozenset(["origin", "from", "source", "start", "departure"])
_TO = frozenset(["destination", "to", "target", "recipient", "arrival"])
_TITLES = frozenset(["title", "book", "song", "film", "movie"])
_IDENTIFIERS = frozenset(["id", "number", "code", "key", "isbn", "zip", "postcode"])
_WITH_DIGITS = re.compile(r"\b(?:(?!ID |NO |NR )[A-Z]{2,4} )?[\w-]*\d[\w-]*\b")
# Capitals in a row, with small words only between them, and not the first word of the sentence.
_TITLE = re.compile(
    r"(?<=[\w,:] )(?:[A-ZÀ-Þ][\w'’]*(?:\s+(?:(?:and|of|the|in|a|an|to|for|de|la)\s+){0,2}[A-ZÀ-Þ][\w'’]*){0,7})"
)
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ANSWER_OPENING = re.compile(
    r"^(?:(?:i (?:mean|meant|want|would like)|it'?s|it is|that'?s|that is|the one|please|um|uh|well|oh|for|in|at|to|"
    r"from|of|about|on)\s+)+",
    re.IGNORECASE,
)
_ANSWER_CLOSING = re.compile(r"(?:[\s,]+(?:please|thanks|thank you|i think|i guess))+$", re.IGNORECASE)
_POLITE = re.compile(
    r"\W*(?:(?:please|hey|hi|hello|ok|okay|so|(?:can|could|would|will) you|i want you to|i would like you to|"
    r"i(?:'d| would) like to|i (?:want|need) to|help me|let's)\W+)*",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?P<verb>search|look up|look|find|google|translate|summari[sz]e|say|read|ask|query)\b"
    r"(?:\s+(?:the (?:web|internet|net|documentation|docs)|on the (?:web|internet)|online|for|up|about|me)\b)*"
    r"\W+(?=\w|[\"“'])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«\s*([^»]+?)\s*»|(?<!\w)'([^']+)'(?!\w)")
_CLOSING = ("please", "thanks", "thank you")


def is_whole_text(name: str) -> bool:
    """Whether an argument of this name takes what was said as a whole."""
    return not _WHOLE_TEXT.isdisjoint(words_of_name(name)) or name.lower() in _WHOLE_TEXT


def is_clock_time(name: str) -> bool:
    """Whether an argument of this name takes a time of day."""
    return words_of_name(name)[-1:] in (["time"], ["hour"])


def read_text(name: str, schema: Mapping[str, Any], sentence: Sentence, required: bool) -> str | None:
    """The value of a text argument; see `read_value`."""
    words = set(words_of_name(name))
    if "month" in words and schema.get("format") is None:
        # An answer is about nothing else, so that "may" is the month there.
        month = find_month([word.capitalize() for word in sentence.words] if sentence.is_answer else sentence.words)
        if month is not None or not sentence.is_answer:
            return month
    if schema.get("format") in ("date", "date-time") or words & _WHEN:
        return _when(schema, sentence)
    if is_clock_time(name) and not sentence.is_answer:
        return sentence.take_clock_time() or (_when(schema, sentence) if required else None)
    if is_whole_text(name) and required:
        return _matter(sentence) if words & _MATTERS and not sentence.is_answer else sentence.text or None
    if sentence.is_answer:
        value = _ANSWER_CLOSING.sub("", _ANSWER_OPENING.sub("", sentence.text.strip(" .!?"))).strip()
        return (capitalised(value) if words & _PROPER else value) or None
    if required:
        written = _written(words, sentence)
        if written is not None:
            sentence.use(written)
            return written
    phrase = _phrase(words, sentence, required)
    if phrase is None:
        return find_month(sentence.words) if required and not words & (_PROPER | _LANGUAGE | _IDENTIFIERS) else None
    sentence.use(phrase.text)
    value = _without_label(phrase, words, sentence)
    is_name = bool(words & (_PROPER | _LANGUAGE)) or phrase.preposition in ("in", "at", "from", "near")
    return capitalised(value) if is_name and not _converts(sentence) else value


def _without_label(phrase: Phrase, words: set[str], sentence: Sentence) -> str:
    """Take "column" out of "the price column", and "museum" out of "the Louvre museum"."""
    stems = {stem(word) for word in words}
    said = list(phrase.words)
    behind = phrase.start + len(said)
    if behind < len(sentence.words) and stem(sentence.words[behind]) in sentence.known | stems:
        said[-1] = without_possessive(said[-1])  # "Anna's grade"
    if said[-1][:1].isupper():
        while len(said) > 1 and said[0].islower() and said[1] != "of" and stem(said[0]) in sentence.known:
            del said[0]  # "the element Fe"
    if words & _PROPER:
        after = phrase.start + len(said)
        if after < len(sentence.words) and stem(sentence.words[after]) in stems:
            said.append(sentence.words[after])
        return " ".join(without_kind(said, stems))
    value = [word for word in said if stem(word) not in stems]
    return phrase.text if never_alone(value) else " ".join(value)


def _written(words: set[str], sentence: Sentence) -> str | None:
    """What its spelling shows to be the value: words in quotation marks, a title's capitals, an order's number."""
    if words & (_LANGUAGE | _FROM | _TO):
        return None
    quoted = _QUOTED.search(sentence.text)
    if quoted is not None:
        return next(part for part in quoted.groups() if part)
    if words & _IDENTIFIERS:
        found = _WITH_DIGITS.search(sentence.text)
        return found[0] if found else None
    if words & _TITLES:
        titles = [found[0] for found in _TITLE.finditer(sentence.text)]
        return max(titles, key=len, default=None)
    return None


def _phrase(words: set[str], sentence: Sentence, required: bool) -> Phrase | None:
    """The phrase an argument most likely means: by its preposition, by its own word, or the last thing named."""
    if words & _LANGUAGE:
        return next(
            (phrase for phrase in reversed(sentence.phrases) if phrase.preposition in ("in", "into", "to")), None
        )
    if words & _FROM or words & _TO:
        return _end_of_way(words, sentence)
    stems = {stem(word) for word in words}
    phrases = [phrase for phrase in sentence.phrases if not sentence.is_topic(phrase)]
    named = [phrase for phrase in phrases if {stem(word) for word in phrase.words} & stems]
    for phrase in named:
        if len(phrase.words) > 1:
            return phrase
    beside = _phrase_beside(stems, sentence, phrases)
    if beside is not None:
        return beside
    if not required or words & _IDENTIFIERS:
        return None
    others = [phrase for phrase in phrases if phrase not in named]
    prepositional = [phrase for phrase in others if phrase.preposition]
    plain = [phrase for phrase in others if not phrase.preposition]
    if prepositional:
        return max(reversed(prepositional), key=lambda phrase: phrase.preposition in ("in", "at", "near", "for", "of"))
    return plain[-1] if plain else None


def _end_of_way(words: set[str], sentence: Sentence) -> Phrase | None:
    """Where something comes from or goes to; what is converted is often named without a "from"."""
    converts = _converts(sentence)
    wanted = ("from",) if words & _FROM else ("to", "into", "towards", *(["in"] if converts else []))
    found = next((phrase for phrase in sentence.phrases if phrase.preposition in wanted), None)
    if found is None and converts and words & _FROM:
        return next((phrase for phrase in sentence.phrases if not phrase.preposition), None)
    return found


def _converts(sentence: Sentence) -> bool:
    """Whether the tool converts currencies or units, whose names have no capitals."""
    return not sentence.known.isdisjoint((stem("convert"), stem("exchange")))


def _phrase_beside(stems: set[str], sentence: Sentence, phrases: Sequence[Phrase]) -> Phrase | None:
    """The words before or after the argument's own: "the science museum", "the room kitchen"."""
    for index, word in enumerate(sentence.lower):
        if stem(word) in stems:
            for phrase in phrases:
                if phrase.start + len(phrase.words) == index:
                    return phrase
                if phrase.start == index + 1 and not phrase.preposition:
                    return phrase
    return None


def _when(schema: Mapping[str, Any], sentence: Sentence) -> str | None:
    iso = _ISO_DATE.search(sentence.text)
    if iso is not None:
        return iso[0]
    said = find_day(sentence.words)
    if said is None or schema.get("format") not in ("date", "date-time"):
        return said
    return _calendar_date(said.lower(), sentence.today)


def _calendar_date(said: str, today: date) -> str | None:
    if said in DAYS:
        return (today + timedelta((DAYS.index(said) - today.weekday()) % 7)).isoformat()
    offsets = {"yesterday": -1, "tomorrow": 1, "today": 0, "tonight": 0, "now": 0}
    return (today + timedelta(offsets[said])).isoformat() if said in offsets else None


def _matter(sentence: Sentence) -> str | None:
    """What an order is about: "pandas tutorials" in "Please search for pandas tutorials"; all words if it is none.

    Words in quotation marks are the matter themselves.
    """
    text = sentence.text
    quoted = _QUOTED.search(text)
    if quoted is not None:
        return next(part for part in quoted.groups() if part)
    start = _POLITE.match(text)
    order = _ORDER.match(text, start.end() if start else 0)
    if order is None or stem(order["verb"].split()[0]) not in sentence.known:
        return text or None
    matter = text[order.end() :].rstrip(" .!?")
    for word in _CLOSING:
        if matter.lower().endswith(f" {word}"):
            matter = matter[: -len(word)].rstrip(" ,.!?")
    for phrase in sentence.used:
        behind = r"\s+".join(re.escape(word) for word in (phrase.preposition, *phrase.words) if word)
        matter = re.sub(rf"\s+{behind}\W*$", "", matter, flags=re.IGNORECASE)
    return matter or text
