"""Filling a tool's arguments from the words of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from navtalk_widget.engines.responder import ToolDefinition
from navtalk_widget.local.responders.rules.argument_values import read_value
from navtalk_widget.local.responders.rules.sentence import Sentence
from navtalk_widget.local.responders.rules.text_values import is_clock_time, is_whole_text
from navtalk_widget.local.responders.rules.tool_choice import properties_of, required_of
from navtalk_widget.local.responders.rules.words import stem, words_of, words_of_name


@dataclass(frozen=True, slots=True)
class FilledArguments:
    """What could be filled, and which required arguments could not, in the order of the schema."""

    arguments: Mapping[str, Any]
    missing: tuple[str, ...]


def fill_arguments(
    tool: ToolDefinition, text: str, today: date, answers: Mapping[str, str] | None = None
) -> FilledArguments:
    """Read the arguments of ``tool`` out of ``text``.

    Args:
        tool: whose arguments they are.
        text: what the person said.
        today: what "tomorrow" is counted from.
        answers: what the person said when asked for an argument, by its name.
    """
    known = {stem(word) for word in words_of_name(tool.name) + words_of(tool.description)}
    topic = frozenset(stem(word) for word in words_of_name(tool.name))
    sentence = Sentence(text, frozenset(known), today, topic=topic)
    answers = answers or {}
    properties, required = properties_of(tool.parameters), required_of(tool.parameters)
    arguments: dict[str, Any] = {}
    missing = []
    # What can be told for certain comes first, and is no candidate for the rest.
    for name in sorted(properties, key=lambda name: _uncertainty(name, properties[name], name in required)):
        schema = properties[name]
        if name in answers:
            value = read_value(name, schema, Sentence(answers[name], frozenset(), today, is_answer=True), True)
        else:
            value = read_value(name, schema, sentence, name in required)
        if value is not None:
            arguments[name] = value
        elif name in required:
            if "default" in schema:
                arguments[name] = schema["default"]
            else:
                missing.append(name)
    return FilledArguments(
        {name: arguments[name] for name in properties if name in arguments},
        tuple(name for name in properties if name in missing),
    )


def _uncertainty(name: str, schema: Mapping[str, Any], required: bool) -> tuple[bool, ...]:
    """Smaller for what can be told better; what takes all words comes last, and leaves out what others took."""
    return "enum" not in schema, not is_clock_time(name), is_whole_text(name), not required
