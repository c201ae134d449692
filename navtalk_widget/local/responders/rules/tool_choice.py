"""Choosing the tool that a sentence asks for, by the words they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from navtalk_widget.engines.responder import ToolDefinition
from navtalk_widget.local.responders.rules.noun_phrases import behind_order
from navtalk_widget.local.responders.rules.numbers import find_numbers
from navtalk_widget.local.responders.rules.words import STOP_WORDS, related, stem, stems_of, words_of, words_of_name

THRESHOLD = 3.0
"""Points a tool must gain: a word of its name, or two of its description. Small talk reaches that by no tool.

With fewer points the topic of its description chooses a tool, if a question or an order speaks of it.
"""

_NAME, _ENUM, _PARAMETER, _DESCRIPTION, _PARAMETER_DESCRIPTION = 3.0, 2.5, 2.0, 1.5, 1.0
_RELATED = 1.0
_ENOUGH, _ENOUGH_BY_TOPIC = 0.34, 0.6  # of the words that carry meaning

# Verbs and nouns of programmers: they say that it is a tool, not which one.
_PROGRAMMERS_WORDS = (
    "get set fetch find show tell look lookup do call function tool handle run execute query search return user string "
    "value current given used information data check list make create id name"
)
_REMARKS = frozenset(["reason", "note", "comment", "remark"])  # anything at all goes there, so it proves nothing
_EMPTY = frozenset(stem(word) for word in _PROGRAMMERS_WORDS.split())

# "The population of a city", "Prices for a stock": what comes behind these words is an argument, or a detail.
_TOPIC_END_WORDS = "of in for to from by about with on at given that which when whether using into between as"
_TOPIC_END = frozenset(_TOPIC_END_WORDS.split())
# They stand in the descriptions of any tool.
_GENERAL_WORDS = (
    "tool function return call use user assistant number value result answer question data text string information "
    "simple current given look find fetch show compute calculate good bad great nice day people person time"
)
_GENERAL = frozenset(stem(word) for word in _GENERAL_WORDS.split())
_ASKING = re.compile(
    r"\W*(?:(?:please|hey|hi|hello|ok|okay|so|and|well|then|now)\W+)*"
    r"(?:(?:what|how|when|where|which|who|whose|what's|whats|how's|when's|where's|who's|what’s)\b(?! (?:a|an)\b)"
    r"|(?:tell|show|give|get|find|read|look up|check|fetch)\b"
    r"|(?:can|could|would|will) you (?:please )?(?!like|love|feel|think|believe)"
    r"|(?:do|does) (?:you|anyone|anybody) (?:know|have)\b"
    r"|(?:i|we) (?:want|need|wonder|would like|'d like)\b|i'd like\b|(?:the )?\w+ of\b)",
    re.IGNORECASE,
)


def choose_tool(text: str, tools: Sequence[ToolDefinition]) -> ToolDefinition | None:
    """The tool that fits ``text`` best, or ``None`` if none fits well enough."""
    said = set(stems_of(text))
    weights = [_weights(tool) for tool in tools]
    best, best_score = None, 0.0
    for tool, words in zip(tools, weights, strict=True):
        score = sum(_score(word, words, weights) for word in said)
        if score > best_score:
            best, best_score = tool, score
    return best if best_score >= THRESHOLD else _by_topic(text, tools, weights)


def is_meant(text: str, tool: ToolDefinition, arguments: Mapping[str, Any]) -> bool:
    """Whether the chosen tool covers enough of what was said.

    One word in common and many that have nothing to do with the tool: then the talk is of something else.
    """
    weights = _weights(tool)
    by_name = sum(_score(word, weights, ()) for word in set(stems_of(text))) >= THRESHOLD
    return coverage(text, tool, arguments) >= (_ENOUGH if by_name else _ENOUGH_BY_TOPIC)


def _by_topic(
    text: str, tools: Sequence[ToolDefinition], weights: Sequence[Mapping[str, float]]
) -> ToolDefinition | None:
    """The one tool whose description is about what is asked for; several of them would be a guess."""
    said = set(stems_of(text))
    fitting = [
        (sum(_score(word, words, ()) for word in said), tool)
        for tool, words in zip(tools, weights, strict=True)
        if _asks_for(text, _topic_of(tool.description))
    ]
    best = max((score for score, _ in fitting), default=0.0)
    winners = [tool for score, tool in fitting if score == best]
    return winners[0] if len(winners) == 1 else None


def _topic_of(description: str) -> frozenset[str]:
    """Stems of what a description speaks of first: "population" in "The population of a city"."""
    topic: list[str] = []
    for word in words_of(re.split(r"[.;:!?\n]", description.strip(), maxsplit=1)[0]):
        lower = word.lower()
        if lower in _TOPIC_END and topic:
            break
        if lower not in STOP_WORDS and stem(word) not in _GENERAL:
            topic.append(stem(word))
    return frozenset(topic)


def _asks_for(text: str, topic: frozenset[str]) -> bool:
    """Whether ``text`` is a question or an order, and speaks of the topic."""
    words = [stem(word) for word in words_of(text) if word.lower() not in STOP_WORDS]
    spoken = [word in topic or not topic.isdisjoint(related(word)) for word in words]
    if not any(spoken):
        return False
    return spoken[0] or _ASKING.match(text) is not None


def coverage(text: str, tool: ToolDefinition, arguments: Mapping[str, Any]) -> float:
    """Which part of the meaningful words of ``text`` have to do with ``tool`` or one of its arguments, 0 to 1."""
    words = words_of(text)
    for number in reversed(find_numbers(words)):
        del words[number.start : number.end]  # numbers suit any tool, and say nothing against one
    said = set(stems_of(" ".join(words[behind_order(words) :])) or stems_of(" ".join(words)))
    weights = _weights(tool)
    told = [str(value) for name, value in arguments.items() if name not in _REMARKS]
    values = {stem(word) for value in told for word in words_of(value)}
    covered = sum(word in values or _score(word, weights, ()) > 0 for word in said)
    return covered / len(said) if said else 0.0


def _score(word: str, words: Mapping[str, float], all_words: Sequence[Mapping[str, float]]) -> float:
    """Points for one word; a word of a description that most tools share tells little about which one is meant."""
    points = words.get(word, 0.0)
    for other in related(word):
        points = max(points, _RELATED * words.get(other, 0.0))
    if points >= _NAME or not points:
        return points
    sharing = sum(word in others for others in all_words)
    return points if sharing <= 1 else points / 2


def _weights(tool: ToolDefinition) -> dict[str, float]:
    weights: dict[str, float] = {}
    for words, weight in _described(tool):
        for word in words:
            if word not in _EMPTY:
                weights[word] = max(weight, weights.get(word, 0.0))
    name = [stem(word) for word in words_of_name(tool.name)]
    if name and all(word in _EMPTY for word in name):
        weights.update(dict.fromkeys(name, _NAME))
    return weights


def _described(tool: ToolDefinition) -> Iterator[tuple[list[str], float]]:
    yield stems_of(" ".join(words_of_name(tool.name))), _NAME
    yield stems_of(tool.description), _DESCRIPTION
    for name, schema in properties_of(tool.parameters).items():
        yield stems_of(" ".join(words_of_name(name))), _PARAMETER
        yield stems_of(str(schema.get("description", ""))), _PARAMETER_DESCRIPTION
        for member in schema.get("enum") or ():
            if isinstance(member, str):
                yield stems_of(" ".join(words_of_name(member))), _ENUM


def properties_of(parameters: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The arguments' schemas by name; whatever is no object schema has none."""
    properties = parameters.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    return {str(name): schema if isinstance(schema, Mapping) else {} for name, schema in properties.items()}


def required_of(parameters: Mapping[str, Any]) -> list[str]:
    """The names of the arguments that must be given."""
    required = parameters.get("required")
    known = properties_of(parameters)
    return [name for name in required if name in known] if isinstance(required, list | tuple) else []
