"""Judges answers: one check for each thing that is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from navtalk_widget.evaluation.answer import Answer
from navtalk_widget.evaluation.expectations import ExpectedTool, Within
from navtalk_widget.evaluation.phrases import has_phrase
from navtalk_widget.evaluation.scenario import Step
from navtalk_widget.session.talk.reply import Reply


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was expected, and whether it is so."""

    kind: str
    """``answered``, which every step has, or what was expected; those of time end in ``_ms``."""
    expected: str
    actual: str
    passed: bool
    value_ms: float | None = None
    """Of a time."""


@dataclass(frozen=True, slots=True)
class _Finding:
    actual: str
    passed: bool
    value_ms: float | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """A check that is still to be made."""

    kind: str
    expected: str
    find: Callable[[Answer, Reply], _Finding]


def judge(step: Step, answer: Answer) -> tuple[Check, ...]:
    """Every check of a step; where there was no answer, none is passed."""
    answered = Check("answered", "", answer.error, answer.reply is not None)
    return (answered, *(_made(question, answer) for question in _questions(step)))


def _made(question: _Question, answer: Answer) -> Check:
    if answer.reply is None:
        return Check(question.kind, question.expected, "", False)
    found = question.find(answer, answer.reply)
    return Check(question.kind, question.expected, found.actual, found.passed, found.value_ms)


def _questions(step: Step) -> Iterator[_Question]:
    expect = step.expect
    for phrase in expect.words:
        yield _of_text("words", phrase, partial(has_phrase, phrase=phrase))
    if expect.any_of:
        yield _of_text("any_of", " | ".join(expect.any_of), partial(_has_any, phrases=expect.any_of))
    for phrase in expect.not_words:
        yield _of_text("not_words", phrase, partial(_lacks, phrase=phrase))
    for pattern in expect.matches:
        yield _of_text("matches", pattern, re.compile(pattern).search)
    if expect.exactly is not None:
        yield _of_text("exactly", expect.exactly, partial(_is, expected=expect.exactly))
    for tool in expect.tools:
        yield _Question("tools", shown_call(tool.name, tool.arguments), _calls(tool))
    if expect.no_tools:
        yield _Question("no_tools", "", lambda _, reply: _Finding(shown_calls(reply), not reply.tool_calls))
    yield from _times(expect.within_ms)
    if (cut := expect.interrupted) is not None:
        yield _Question(
            "interrupted", str(cut), lambda answer, _: _Finding(str(answer.interrupted), answer.interrupted is cut)
        )
    for function in expect.check:
        yield _Question("check", getattr(function, "__name__", repr(function)), _called(function))


def _of_text(kind: str, expected: str, holds: Callable[[str], object]) -> _Question:
    return _Question(kind, expected, lambda _, reply: _Finding(reply.text, bool(holds(reply.text))))


def _has_any(text: str, phrases: tuple[str, ...]) -> bool:
    return any(has_phrase(text, phrase) for phrase in phrases)


def _lacks(text: str, phrase: str) -> bool:
    return not has_phrase(text, phrase)


def _is(text: str, expected: str) -> bool:
    return text.strip() == expected.strip()


def _calls(tool: ExpectedTool) -> Callable[[Answer, Reply], _Finding]:
    def find(_: Answer, reply: Reply) -> _Finding:
        made = any(call.name == tool.name and _covers(call.arguments, tool.arguments) for call in reply.tool_calls)
        return _Finding(shown_calls(reply), made)

    return find


def _covers(given: Any, expected: Any) -> bool:
    if isinstance(expected, Mapping):
        return isinstance(given, Mapping) and all(
            name in given and _covers(given[name], value) for name, value in expected.items()
        )
    if isinstance(given, str) and isinstance(expected, str):
        return given.casefold() == expected.casefold()
    return bool(given == expected)


def _times(within: Within) -> Iterator[_Question]:
    times: dict[str, tuple[float | None, Callable[[Answer], float | None]]] = {
        "begins_ms": (within.begins, lambda answer: answer.begins_ms),
        "words_ms": (within.words, lambda answer: answer.latency.words_ms),
        "audio_ms": (within.audio, lambda answer: answer.latency.audio_ms),
        "answer_ms": (within.answer, lambda answer: answer.answer_ms),
    }
    for kind, (limit, taken) in times.items():
        if limit is not None:
            yield _Question(kind, f"{limit:g}", _timed(limit, taken))


def _timed(limit: float, taken: Callable[[Answer], float | None]) -> Callable[[Answer, Reply], _Finding]:
    def find(answer: Answer, _: Reply) -> _Finding:
        value = taken(answer)
        return _Finding("" if value is None else f"{value:.0f}", value is not None and value <= limit, value)

    return find


def _called(function: Callable[..., Any]) -> Callable[[Answer, Reply], _Finding]:
    def find(answer: Answer, reply: Reply) -> _Finding:
        try:
            verdict = function(reply, answer.transcript)
        except Exception as error:  # noqa: BLE001 - it is the user's function, and other checks go on
            return _Finding(f"{type(error).__name__}: {error}".rstrip(": "), False)
        if isinstance(verdict, str):
            return _Finding(verdict, not verdict)
        return _Finding("" if verdict is None else str(verdict), verdict is None or bool(verdict))

    return find


def shown_call(name: str, arguments: Mapping[str, Any]) -> str:
    """A call of a tool as Python has it, such as ``weather(city='Paris')``."""
    return f"{name}({', '.join(f'{argument}={value!r}' for argument, value in arguments.items())})"


def shown_calls(reply: Reply) -> str:
    """The calls that an answer took."""
    return ", ".join(shown_call(call.name, call.arguments) for call in reply.tool_calls)
