"""Asking for an argument that a tool needs, and recognising the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from navtalk_widget.engines.responder import Message, ToolDefinition
from navtalk_widget.local.responders.rules.phrases import Phrases
from navtalk_widget.local.responders.rules.tool_choice import properties_of, required_of
from navtalk_widget.local.responders.rules.words import words_of_name


@dataclass(frozen=True, slots=True)
class Question:
    """Questions for one tool's arguments that the person has just answered.

    Attributes:
        tool: that is to be called.
        request: what the person said first, which the tool was chosen for.
        answers: what they said since, by the argument they were asked for.
    """

    tool: ToolDefinition
    request: str
    answers: dict[str, str]


def ask_for(tool: ToolDefinition, argument: str, phrases: Phrases) -> str:
    """The question for one argument of a tool."""
    schema = properties_of(tool.parameters).get(argument, {})
    label = " ".join(words_of_name(argument))
    sentence = phrases.asks_number if schema.get("type") in ("number", "integer") else phrases.asks
    return sentence.format(label=label)


def question_under_way(
    messages: Sequence[Message], tools: Sequence[ToolDefinition], phrases: Phrases
) -> Question | None:
    """The question that the last message answers, with those before it, or ``None`` if nothing was asked.

    Nothing is remembered between responses: the conversation itself shows what was asked.
    """
    spoken = [
        message for message in messages if message.role == "user" or (message.role == "assistant" and not message.name)
    ]
    for tool in tools:
        questions = {ask_for(tool, argument, phrases): argument for argument in required_of(tool.parameters)}
        answers: dict[str, str] = {}
        position = len(spoken) - 1
        while position >= 2 and spoken[position].role == "user":
            argument = questions.get(spoken[position - 1].text.strip())
            if argument is None or spoken[position - 2].role != "user" or spoken[position - 1].role != "assistant":
                break
            answers.setdefault(argument, spoken[position].text)
            position -= 2
        if answers:
            return Question(tool, spoken[position].text, answers)
    return None
