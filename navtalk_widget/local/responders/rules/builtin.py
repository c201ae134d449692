"""The responder that is always there: small talk, simple knowledge and tools, with no network and no model."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from navtalk_widget.engines.language import spoken_language
from navtalk_widget.engines.responder import Message, ResponseRequest, ToolCall, ToolDefinition
from navtalk_widget.local.responders.rules.persona import Persona, greeting, read_persona
from navtalk_widget.local.responders.rules.phrases import Phrases, has_phrases, phrases_for
from navtalk_widget.local.responders.rules.questions import ask_for, question_under_way
from navtalk_widget.local.responders.rules.smalltalk import after_greeting, farewell, simple_knowledge, social_reply
from navtalk_widget.local.responders.rules.tool_answers import spoken_result
from navtalk_widget.local.responders.rules.tool_arguments import FilledArguments, fill_arguments
from navtalk_widget.local.responders.rules.tool_choice import choose_tool, is_meant

_REPEAT = re.compile(
    r"(?:please |sorry |pardon )*(?:(?:can|could|would) you )?(?:please )?(?:repeat (?:that|it|please)?|"
    r"say (?:that|it) again|what did you say|come again|once more|repeat|repete|répète|répétez|"
    r"wiederhole(?:n sie)?|repita|repite|ripeti|ripeta|再说一遍)(?: das| bitte| please)?",
    re.IGNORECASE,
)
_NEVER_MIND = re.compile(
    r"(?:oh |no )*(?:never ?mind|forget (?:it|about it)|cancel(?: that)?|nothing|stop)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")
_LONGEST_ECHO = 60  # characters


class BuiltinResponder:
    """A `Responder` that answers by rules, the same way each time.

    Args:
        now: tells the local time.
    """

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now

    def language(self, request: ResponseRequest) -> str:
        """The language the instructions ask for, if there are sentences in it, else English."""
        language = spoken_language(request)
        return language if has_phrases(language) else "en"

    async def respond(self, request: ResponseRequest) -> AsyncIterator[str | ToolCall]:
        """Answer the last message of ``request``, sentence by sentence; see `Responder`."""
        if _is_only_shown_pictures(request.messages):
            answer: str | ToolCall = phrases_for(self.language(request)).no_sight
        else:
            worded = tuple(message for message in request.messages if message.text or not message.images)
            answer = self._answer(replace(request, messages=worded))
        if isinstance(answer, ToolCall):
            yield answer
            return
        for piece in _sentences(answer):
            yield piece

    def _answer(self, request: ResponseRequest) -> str | ToolCall:
        language = self.language(request)
        phrases = phrases_for(language)
        persona = read_persona(request.instructions, request.character)
        last = request.messages[-1] if request.messages else None
        if last is not None and last.role == "tool":
            name = last.name or ""
            description = next((tool.description for tool in request.tools if tool.name == name), "")
            return _brief(spoken_result(name, last.text, phrases, description), persona)
        asked = next((message.text.strip() for message in reversed(request.messages) if message.role == "user"), None)
        if asked is None:
            own = request.greeting if language == "en" and not persona.greeting else ""
            return own or greeting(persona, phrases)
        return self._reply(asked, request, persona, phrases, language)

    def _reply(
        self, asked: str, request: ResponseRequest, persona: Persona, phrases: Phrases, language: str
    ) -> str | ToolCall:
        if not any(character.isalnum() for character in asked):
            return phrases.nothing_heard
        bare = " ".join(re.sub(r"[^\w'\s]", " ", asked).split())
        question = question_under_way(request.messages, request.tools, phrases)
        if question is not None:
            if _NEVER_MIND.fullmatch(bare):
                return phrases.never_mind
            filled = fill_arguments(question.tool, question.request, self._now().date(), question.answers)
            return _call_or_ask(question.tool, filled, phrases)
        if _REPEAT.fullmatch(bare):
            return _last_words(request.messages) or phrases.nothing_to_repeat
        rest = after_greeting(asked)
        known = social_reply(rest, persona, phrases, request.tools) if rest else None
        social = known or social_reply(asked, persona, phrases, request.tools)
        if social is not None:
            return _after_hello(social, persona, phrases) if known else social
        if rest:
            return _after_hello(self._reply(rest, request, persona, phrases, language), persona, phrases)
        tool = choose_tool(asked, request.tools)
        if tool is not None:
            filled = fill_arguments(tool, asked, self._now().date())
            if is_meant(asked, tool, filled.arguments):
                return _call_or_ask(tool, filled, phrases)
        simple = farewell(asked, phrases) or simple_knowledge(asked, phrases, language, self._now())
        if simple is not None:
            return simple
        fallback = phrases.fallbacks[len(request.messages) // 2 % len(phrases.fallbacks)]
        return _brief(fallback.format(heard=_echo(asked)), persona)


def _is_only_shown_pictures(messages: tuple[Message, ...]) -> bool:
    """Whether the user has shown something, and said nothing, since the last answer."""
    news = list(takewhile(lambda message: message.role == "user", reversed(messages)))
    return any(message.images for message in news) and not any(message.text for message in news)


def _after_hello(answer: str | ToolCall, persona: Persona, phrases: Phrases) -> str | ToolCall:
    """An answer to somebody who has said hello before the question."""
    if isinstance(answer, ToolCall) or persona.brief or answer.startswith(phrases.greeting):
        return answer
    return f"{phrases.greeting} {answer}"


def _call_or_ask(tool: ToolDefinition, filled: FilledArguments, phrases: Phrases) -> str | ToolCall:
    return ask_for(tool, filled.missing[0], phrases) if filled.missing else ToolCall(tool.name, filled.arguments)


def _sentences(text: str) -> Iterator[str]:
    """One piece per sentence, each with its space, so that the pieces put together are the text."""
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        yield text[start : gap.end()]
        start = gap.end()
    if text[start:]:
        yield text[start:]


def _brief(text: str, persona: Persona) -> str:
    return next(_sentences(text), text).strip() if persona.brief else text


def _last_words(messages: tuple[Message, ...]) -> str:
    said = (message.text for message in reversed(messages) if message.role == "assistant" and message.name is None)
    return next((text for text in said if text), "")


def _echo(asked: str) -> str:
    text = " ".join(asked.split()).replace('"', "'").rstrip(" .!?。！？")
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO].rsplit(" ", 1)[0] + " …"
