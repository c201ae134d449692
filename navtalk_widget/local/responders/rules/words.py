"""Words of a question, reduced to what can be compared with the names and descriptions of tools."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_COMMON = (
    "a an the this that these those some any all it its it's i i'd i'm i'll me my mine we us our you your yours he she "
    "they them their his her is are was were be been being am do does did done have has had having can could will "
    "would shall should may might must and or but not no if then so as at by for from in into of off on onto over to "
    "up with about than there here what what's which who whom whose when where why how much many please now just also "
    "too very really quite rather tell know want like need let let's say says said ask give get got go going come make "
    "thing things hello hi hey okay ok well yes one ones"
)

STOP_WORDS = frozenset(_COMMON.split())
"""Words that say nothing about which tool is meant."""

_WHOLE = frozenset(["meaning", "during", "evening", "morning", "news"])  # what looks like an ending is none

_RELATED = (
    ("weather", "forecast", "temperature", "rain", "raining", "sunny", "snow", "degrees"),
    ("price", "cost", "costs", "expensive", "cheap", "fee", "ticket", "tickets"),
    ("open", "opening", "opens", "close", "closing", "closes", "closed", "hours", "schedule", "timetable"),
    ("time", "clock"),
    ("buy", "purchase", "order"),
    ("find", "search", "lookup", "look"),
    ("mail", "email", "message"),
    ("light", "lights", "lamp"),
    ("song", "music", "play"),
    ("end", "bye", "goodbye", "hangup", "quit", "finish"),
    ("add", "plus", "sum", "addition"),
    ("multiply", "times", "product", "multiplication"),
    ("visit", "tour", "trip"),
    ("currency", "euro", "euros", "dollar", "dollars", "pound", "pounds", "yen", "francs"),
    ("dice", "die"),
    ("population", "inhabitants"),
)


def words_of(text: str) -> list[str]:
    """The words in order, as written."""
    return _WORD.findall(text)


def words_of_name(name: str) -> list[str]:
    """The words of an identifier: ``openingHours``, ``opening_hours`` and ``opening-hours`` alike."""
    return [word.lower() for word in words_of(_CAMEL.sub(" ", name.replace("_", " ")))]


def stem(word: str) -> str:
    """The word without its commonest English endings."""
    lower = word.lower().removesuffix("'s").removesuffix("’s")
    if lower in _WHOLE:
        return lower
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if lower.endswith(ending) and not lower.endswith("ss") and len(lower) - len(ending) >= 3:
            lower = lower[: -len(ending)] + replacement
            break
    if len(lower) > 3 and lower[-1] == lower[-2] and lower[-1] not in "aeiouls":
        lower = lower[:-1]
    return lower.removesuffix("e") if len(lower) > 3 else lower


def stems_of(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(word) for word in words_of(text) if word.lower() not in STOP_WORDS]


_GROUPS: dict[str, frozenset[str]] = {}
for _group in _RELATED:
    for _word in _group:
        _GROUPS[stem(_word)] = _GROUPS.get(stem(_word), frozenset()) | {stem(other) for other in _group}


def related(word_stem: str) -> frozenset[str]:
    """Stems that people use for much the same thing."""
    return _GROUPS.get(word_stem, frozenset()) - {word_stem}
