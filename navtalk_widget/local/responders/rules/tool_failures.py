"""Telling that a tool failed, and saying so without its technical text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from navtalk_widget.local.responders.rules.phrases import Phrases
from navtalk_widget.local.responders.rules.words import related, stem, stems_of, words_of_name

_ERROR_TEXT = re.compile(
    r"\s*(?:Traceback \(most recent|(?:\w+\.)*[A-Z]\w*(?:Error|Exception)(?:\(.*\))?\s*(?::|$)|"
    r"[Ee]rror\s*:|ERROR\s*:)"
)
_UNKNOWN_TOOL = re.compile(r"There is no tool named ")
_CLIENTS_WORDS = r" (?:failed:|did not answer within|was not called:|was cancelled:|timed out)"
_FAILED = frozenset(["error", "failed", "failure", "timeout"])
# What its author wrote for people to hear has no signs, digits, camel case or names of exceptions in it.
_PLAIN_WORDS = re.compile(
    r"(?!.*[a-z][A-Z])(?!.*(?:Error|Exception|error|exception)\b)[^\W\d_][^\W\d_]*(?:[ ,'’-]+[^\W\d_]+){1,14}"
)

_LOOKING_WORDS = "get fetch find show look lookup read query check retrieve list tell load"
_LOOKING = frozenset(_LOOKING_WORDS.split())
_DOING_WORDS = (
    "set book roll convert translate add subtract multiply divide calculate compute play stop start open close turn "
    "switch send order buy create make delete remove update save plot draw run reserve cancel search count write call "
    "end plan schedule remind move change pause record summarize summarise download upload sort filter train predict"
)
_DOING = frozenset(_DOING_WORDS.split())
_ARTICLES = frozenset(["the", "a", "an", "my", "all", "current", "your"])


def failure_in(tool_name: str, value: Any) -> str | None:
    """What went wrong in words that can be spoken, ``""`` if there are none, or ``None`` if nothing did.

    Args:
        tool_name: the tool that gave the result.
        value: its result, parsed if it was JSON.
    """
    if isinstance(value, str):
        return _failure_in_text(tool_name, value)
    if not isinstance(value, Mapping):
        return None
    error = value.get("error")
    if error:
        if isinstance(error, Mapping):
            error = error.get("message") or error.get("code")
        return _speakable(value.get("message") if error is True else error)
    if value.get("ok") is False or value.get("success") is False or str(value.get("status")).lower() in _FAILED:
        return _speakable(value.get("message") or value.get("reason"))
    return None


def apology(tool_name: str, description: str, reason: str, phrases: Phrases) -> str:
    """Regret that the tool failed, naming what was tried.

    Args:
        tool_name: of the tool.
        description: of the tool, ``""`` if it is not known; it helps when the name says nothing.
        reason: from `failure_in`.
        phrases: of the language to speak.
    """
    tried = _tried(tool_name, description) if phrases.and_word == "and" else " ".join(words_of_name(tool_name))
    sentence = phrases.tool_failed.format(tool=tried) if tried else phrases.that_failed
    return f"{sentence} {reason[:1].upper()}{reason[1:]}{phrases.tool_failed[-1]}" if reason else sentence


def _failure_in_text(tool_name: str, text: str) -> str | None:
    if _UNKNOWN_TOOL.match(text) or re.match(re.escape(tool_name) + _CLIENTS_WORDS, text):
        return ""
    if _ERROR_TEXT.match(text):
        return _speakable(re.sub(r"^\s*error\s*:\s*", "", text, flags=re.IGNORECASE))
    return None


def _speakable(reason: object) -> str:
    text = str(reason or "").strip().rstrip(".!")
    return text if _PLAIN_WORDS.fullmatch(text) else ""


def _tried(tool_name: str, description: str) -> str:
    """What goes behind "I could not": "look up opening hours", "set the timer"; ``""`` if the name tells nothing."""
    words = words_of_name(tool_name)
    if not words:
        return ""
    verb, rest = words[0], words[1:]
    if verb in _DOING:
        return f"{verb} {_with_article(rest)}".strip()
    if verb in _LOOKING:
        rest = rest[1:] if verb == "look" and rest[:1] == ["up"] else rest
        return f"look up {_with_article(rest)}" if rest else "look that up"
    if len(words) == 1 and description and not _says_the_same(verb, description):
        thing = re.split(r"[.,;:!?\n]", description.strip(), maxsplit=1)[0]
        is_thing = thing.lower().startswith("the ") and len(thing) <= 60
        return f"look up {thing[:1].lower()}{thing[1:]}" if is_thing else ""
    return f"look up {_with_article(words)}"


def _says_the_same(word: str, description: str) -> bool:
    meanings = {stem(word), *related(stem(word))}
    return not meanings.isdisjoint(stems_of(description))


def _with_article(words: list[str]) -> str:
    plural = bool(words) and words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is"))
    return " ".join(words) if not words or plural or words[0] in _ARTICLES else f"the {' '.join(words)}"
