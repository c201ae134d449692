"""What is expected of an answer, as data."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ImportString, field_validator


def _listed(value: object) -> object:
    return value if value is None or isinstance(value, list | tuple) else (value,)


_Words: TypeAlias = Annotated[str, Field(min_length=1)]
_Several: TypeAlias = Annotated[tuple[_Words, ...], BeforeValidator(_listed)]
_Milliseconds: TypeAlias = Annotated[float, Field(gt=0)]


class _Expected(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)  # as YAML has them


class ExpectedTool(_Expected):
    """A call of a tool.

    Attributes:
        name: of the tool.
        arguments: those that it must have been called with, among others; texts regardless of case.
    """

    name: str
    arguments: dict[str, Any] = {}


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


_Tool: TypeAlias = Annotated[ExpectedTool, BeforeValidator(_named)]


class Within(_Expected):
    """How soon an answer is to come, in milliseconds since the person had finished.

    Attributes:
        begins: until it begins: its first sound or, of an answer without a voice, its first words.
        words: until its first words.
        audio: until its first sound.
        answer: until all of it has arrived, which is before it has been heard.
    """

    begins: _Milliseconds | None = None
    words: _Milliseconds | None = None
    audio: _Milliseconds | None = None
    answer: _Milliseconds | None = None


def _begins_within(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"begins": value} if is_number else value


class Expectations(_Expected):
    """What is expected of an answer; each is a check of its own.

    Words are found regardless of case, and as whole words: ``sun`` is not in "It is sunny."

    Attributes:
        words: words or phrases, all of which the answer has.
        any_of: words or phrases, at least one of which it has.
        not_words: words or phrases, none of which it has.
        matches: regular expressions, each of which is found somewhere in it.
        exactly: the whole answer.
        tools: calls that it took, among others; a text is a tool's name.
        no_tools: whether it is to take no call at all.
        within_ms: how soon it is to come; a number is for its beginning.
        interrupted: whether it is to be cut short.
        check: functions of ``(reply, transcript)``: a `Reply` and the `Transcript` up to it. What is wrong is told by
            returning False, or a text that says it, or by a failing ``assert``. In files, ``module:function``.
    """

    words: _Several = ()
    any_of: _Several = ()
    not_words: _Several = ()
    matches: _Several = ()
    exactly: str | None = None
    tools: Annotated[tuple[_Tool, ...], BeforeValidator(_listed)] = ()
    no_tools: bool = False
    within_ms: Annotated[Within, BeforeValidator(_begins_within)] = Within()
    interrupted: bool | None = None
    check: Annotated[tuple[ImportString[Any], ...], BeforeValidator(_listed)] = ()

    @field_validator("matches")
    @classmethod
    def _check_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return patterns

    @field_validator("check")
    @classmethod
    def _check_functions(cls, functions: tuple[Any, ...]) -> tuple[Any, ...]:
        for function in functions:
            if not callable(function):
                raise ValueError(f"{function!r} is no function")
        return functions
