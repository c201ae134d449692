"""Turning what a tool returned into a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from navtalk_widget.local.responders.rules.phrases import Phrases
from navtalk_widget.local.responders.rules.tool_failures import apology, failure_in
from navtalk_widget.local.responders.rules.words import words_of_name

_LONGEST = 600  # characters
_MOST_ITEMS = 5
_SPOKEN_KEYS = ("answer", "text", "message", "result", "summary", "content", "speech", "output", "value")


def spoken_result(tool_name: str, result: str, phrases: Phrases, description: str = "") -> str:
    """What to say of ``result``, text or JSON, of the tool with this name and description."""
    value = _parsed(result)
    failure = failure_in(tool_name, value)
    if failure is not None:
        return apology(tool_name, description, failure, phrases)
    return _shortened(_sentence(value, phrases))


def _parsed(result: str) -> Any:
    try:
        return json.loads(result)
    except (ValueError, RecursionError):  # plain text is what most tools return; nesting may be a joke
        return result


def _sentence(value: Any, phrases: Phrases) -> str:
    if value is None or value == "":
        return phrases.tool_done
    if isinstance(value, bool):
        return phrases.yes if value else phrases.no
    if isinstance(value, str):
        return _ended(value.strip())
    if isinstance(value, Mapping):
        return _of_object(value, phrases)
    if isinstance(value, Sequence):
        if not value:
            return phrases.tool_found_nothing
        return phrases.tool_found.format(count=len(value), items=_listed([_short(item) for item in value], phrases))
    return _ended(_short(value))


def _of_object(value: Mapping[str, Any], phrases: Phrases) -> str:
    told = {str(key): item for key, item in value.items() if item is not None and item != ""}
    told = {key: item for key, item in told.items() if key not in ("ok", "success", "status") or len(told) == 1}
    if not told:
        return phrases.tool_done
    for key in _SPOKEN_KEYS:
        if key in told and (len(told) == 1 or (isinstance(told[key], str) and " " in told[key])):
            return _sentence(told[key], phrases)
    facts = [f"{_fact(key, phrases)} {_short(item)}" for key, item in told.items()]
    listed = _listed(facts, phrases)
    return _ended(listed[:1].upper() + listed[1:])


def _fact(key: str, phrases: Phrases) -> str:
    """What comes before the value; the keys are English mostly, so other languages do without a verb."""
    label = " ".join(words_of_name(key))
    return f"the {label} is" if phrases.and_word == "and" else label


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    if isinstance(value, Mapping):
        parts = [f"{' '.join(words_of_name(str(key)))} {_short(item)}" for key, item in list(value.items())[:3]]
        return " ".join(parts)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(_short(item) for item in value[:3])
    return re.sub(r"\s+", " ", str(value)).strip()[:120]


def _listed(items: list[str], phrases: Phrases) -> str:
    if len(items) > _MOST_ITEMS:
        items = [*items[:_MOST_ITEMS], phrases.more.format(count=len(items) - _MOST_ITEMS)]
    if len(items) == 1:
        return items[0]
    return f"{', '.join(items[:-1])} {phrases.and_word} {items[-1]}"


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?。！？…" else f"{text}."


def _shortened(text: str) -> str:
    """End a long text after a sentence, so that it sounds finished."""
    if len(text) <= _LONGEST:
        return text
    cut = max(text.rfind(mark, 0, _LONGEST) for mark in (". ", "! ", "? ", "。"))
    return text[: cut + 1] if cut > _LONGEST // 3 else text[:_LONGEST].rsplit(" ", 1)[0] + "…"
