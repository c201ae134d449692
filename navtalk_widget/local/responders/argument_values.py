"""One argument's value, read out of a sentence as its JSON schema demands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from navtalk_widget.local.responders.noun_phrases import TIME_WORDS, Phrase, capitalised, find_phrases
from navtalk_widget.local.responders.numbers import find_numbers
from navtalk_widget.local.responders.words import stem, words_of, words_of_name

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
_WHEN = frozenset(["date", "day", "when", "weekday"])
_FROM = frozenset(["origin", "from", "source", "start", "departure"])
_TO = frozenset(["destination", "to", "target", "recipient", "arrival"])
_YES = frozenset(["on", "yes", "true", "yeah", "yep", "sure", "enable", "enabled", "activate", "with"])
_NO = frozenset(["off", "no", "not", "false", "nope", "disable", "disabled", "deactivate", "without", "never", "don't"])
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ANSWER_OPENING = re.compile(
    r"^(?:(?:i (?:mean|meant|want|would like)|it'?s|it is|that'?s|that is|the one|please|um|uh|well|oh|for|in|at|to|"
    r"from|of|about|on)\s+)+",
    re.IGNORECASE,
)
_ANSWER_CLOSING = re.compile(r"(?:[\s,]+(?:please|thanks|thank you|i think|i guess))+$", re.IGNORECASE)


class Sentence:
    """What a person said, and which of its numbers and phrases have been used for an argument already.

    Args:
        text: what they said.
        known: stems of the tool's own words, which are no values.
        today: what "tomorrow" is counted from.
        is_answer: whether it answers the question for one argument, so that all of it is the value.
    """

    def __init__(self, text: str, known: Collection[str], today: date, *, is_answer: bool = False) -> None:
        self.text = text.strip()
        self.words = words_of(text)
        self.lower = [word.lower() for word in self.words]
        self.known = known
        self.today = today
        self.is_answer = is_answer
        self.numbers = find_numbers(self.words)
        self.phrases = find_phrases(self.words, known)

    def use(self, value: str) -> None:
        """Note that ``value`` has become an argument, so that no phrase of it becomes another one."""
        stems = {stem(word) for word in words_of_name(value)}
        self.phrases = [phrase for phrase in self.phrases if not {stem(word) for word in phrase.words} <= stems]

    def mentions(self, name: str) -> int | None:
        """The index of the first word of an argument's name in the sentence."""
        stems = {stem(word) for word in words_of_name(name)}
        return next((index for index, word in enumerate(self.lower) if stem(word) in stems), None)


def read_value(name: str, schema: Mapping[str, Any], sentence: Sentence, required: bool) -> Any | None:
    """The value of the argument ``name``, or ``None`` if the sentence gives none.

    An argument that is not required is filled only from what clearly belongs to it.
    """
    schema = _alternative(schema)
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list | tuple):
        member = _enum(schema["enum"], sentence.lower)
        sentence.use(str(member))
        return member
    kind = schema.get("type")
    if kind in ("number", "integer"):
        return _number(name, schema, sentence, required)
    if kind == "boolean":
        return _boolean(name, sentence, required)
    if kind == "array":
        return _array(name, schema, sentence, required)
    if kind == "object":
        return None
    return _text(name, schema, sentence, required)


def _alternative(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first alternative that is not null: optional arguments are often "this or null"."""
    for key in ("anyOf", "oneOf"):
        options = schema.get(key)
        if isinstance(options, list | tuple):
            for option in options:
                if isinstance(option, Mapping) and option.get("type") != "null":
                    return {**schema, key: None, **option}
    kind = schema.get("type")
    if isinstance(kind, list | tuple):
        return {**schema, "type": next((item for item in kind if item != "null"), "string")}
    return schema


def _enum(members: Sequence[Any], words: Sequence[str]) -> Any | None:
    stems = [stem(word) for word in words]
    for member in sorted(members, key=lambda member: -len(str(member))):
        wanted = [stem(word) for word in words_of_name(str(member))]
        if wanted and any(stems[at : at + len(wanted)] == wanted for at in range(len(stems))):
            return member
    return None


def _number(name: str, schema: Mapping[str, Any], sentence: Sentence, required: bool) -> int | float | None:
    integer = schema.get("type") == "integer"
    fitting = [number for number in sentence.numbers if not integer or float(number.value).is_integer()]
    mention = sentence.mentions(name)
    if not fitting or (mention is None and not required):
        return None
    # Without a mention the numbers go to the arguments in order.
    chosen = fitting[0] if mention is None else min(fitting, key=lambda number: abs(number.start - mention))
    sentence.numbers.remove(chosen)
    return int(chosen.value) if integer else chosen.value


def _boolean(name: str, sentence: Sentence, required: bool) -> bool | None:
    mentioned = sentence.mentions(name) is not None
    if not (mentioned or required):
        return None
    for word in sentence.lower:
        if word in _NO:
            return False
        if word in _YES:
            return True
    return True if mentioned else None


def _array(name: str, schema: Mapping[str, Any], sentence: Sentence, required: bool) -> list[Any] | None:
    items = schema.get("items")
    item_schema = items if isinstance(items, Mapping) else {}
    if not required and sentence.mentions(name) is None:
        return None
    if isinstance(item_schema.get("enum"), list | tuple):
        found = [member for member in item_schema["enum"] if _enum([member], sentence.lower) is not None]
        return found or None
    if item_schema.get("type") in ("number", "integer"):
        values = [number.value for number in sentence.numbers]
        sentence.numbers.clear()
        return values or None
    value = _text(name, item_schema, sentence, required)
    return [part.strip() for part in re.split(r",| and ", str(value)) if part.strip()] if value else None


def _text(name: str, schema: Mapping[str, Any], sentence: Sentence, required: bool) -> str | None:
    words = set(words_of_name(name))
    if schema.get("format") in ("date", "date-time") or words & _WHEN:
        return _when(schema, sentence)
    if (words & _WHOLE_TEXT or name.lower() in _WHOLE_TEXT) and required:
        return sentence.text or None
    if sentence.is_answer:
        value = _ANSWER_CLOSING.sub("", _ANSWER_OPENING.sub("", sentence.text.strip(" .!?"))).strip()
        return (capitalised(value) if words & _PROPER else value) or None
    phrase = _phrase(words, sentence, required)
    if phrase is None:
        return None
    sentence.use(phrase.text)
    value = _without_label(phrase, words, sentence)
    is_name = bool(words & _PROPER) or phrase.preposition in ("in", "at", "from", "near")
    return capitalised(value) if is_name else value


def _without_label(phrase: Phrase, words: set[str], sentence: Sentence) -> str:
    """Take "column" out of "the price column", but leave "the science museum" its "museum"."""
    stems = {stem(word) for word in words}
    said = list(phrase.words)
    if words & _PROPER:
        if len(said) > 2 and stem(said[0]) in stems and said[1].lower() == "of":
            return " ".join(said[2:])
        after = phrase.start + len(said)
        if after < len(sentence.words) and stem(sentence.words[after]) in stems:
            said.append(sentence.words[after])
        return " ".join(said)
    return " ".join(word for word in said if stem(word) not in stems) or phrase.text


def _phrase(words: set[str], sentence: Sentence, required: bool) -> Phrase | None:
    """The phrase an argument most likely means: by its preposition, by its own word, or the last thing named."""
    if words & _FROM or words & _TO:
        wanted = ("from",) if words & _FROM else ("to", "into", "towards")
        return next((phrase for phrase in sentence.phrases if phrase.preposition in wanted), None)
    stems = {stem(word) for word in words}
    named = [phrase for phrase in sentence.phrases if {stem(word) for word in phrase.words} & stems]
    for phrase in named:
        if len(phrase.words) > 1:
            return phrase
    beside = _phrase_beside(stems, sentence)
    if beside is not None:
        return beside
    if not required:
        return None
    others = [phrase for phrase in sentence.phrases if phrase not in named]
    prepositional = [phrase for phrase in others if phrase.preposition]
    plain = [phrase for phrase in others if not phrase.preposition]
    if prepositional:
        return max(reversed(prepositional), key=lambda phrase: phrase.preposition in ("in", "at", "near", "for", "of"))
    return plain[-1] if plain else None


def _phrase_beside(stems: set[str], sentence: Sentence) -> Phrase | None:
    """The words before or after the argument's own: "the science museum", "the room kitchen"."""
    for index, word in enumerate(sentence.lower):
        if stem(word) in stems:
            for phrase in sentence.phrases:
                if phrase.start + len(phrase.words) == index:
                    return phrase
                if phrase.start == index + 1 and not phrase.preposition:
                    return phrase
    return None


def _when(schema: Mapping[str, Any], sentence: Sentence) -> str | None:
    iso = _ISO_DATE.search(sentence.text)
    if iso is not None:
        return iso[0]
    said = next((word for word in sentence.lower if word in TIME_WORDS), None)
    if said is None or schema.get("format") not in ("date", "date-time"):
        return said
    return _calendar_date(said, sentence.today)


def _calendar_date(said: str, today: date) -> str | None:
    if said in _DAYS:
        return (today + timedelta((_DAYS.index(said) - today.weekday()) % 7)).isoformat()
    offsets = {"yesterday": -1, "tomorrow": 1, "today": 0, "tonight": 0, "now": 0}
    return (today + timedelta(offsets[said])).isoformat() if said in offsets else None
