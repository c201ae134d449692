"""One argument's value, read out of a sentence as its JSON schema demands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from navtalk_widget.local.responders.rules.calendar_words import MONTHS, find_month
from navtalk_widget.local.responders.rules.sentence import Sentence
from navtalk_widget.local.responders.rules.text_values import read_text
from navtalk_widget.local.responders.rules.words import stem, words_of_name

_YES = frozenset(["on", "yes", "true", "yeah", "yep", "sure", "enable", "enabled", "activate", "with"])
_NO = frozenset(["off", "no", "not", "false", "nope", "disable", "disabled", "deactivate", "without", "never", "don't"])


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
    return read_text(name, schema, sentence, required)


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
    if integer and "month" in words_of_name(name):
        month = (find_month(sentence.words) or "").lower()
        if month in MONTHS:
            return MONTHS.index(month) + 1
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
    value = read_text(name, item_schema, sentence, required)
    return [part.strip() for part in re.split(r",| and ", str(value)) if part.strip()] if value else None
