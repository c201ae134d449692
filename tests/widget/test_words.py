import ast
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import navtalk_widget
from navtalk_widget import Avatar
from navtalk_widget.gateway.page_problem import PROBLEMS
from navtalk_widget.widget.bundle import words_of
from tests.support.error_codes import given_codes

PACKAGE = Path(navtalk_widget.__file__).parent
CHINESE = PACKAGE.parent / "js/src/strings/zh_kernel.ts"

TOLD = (
    "client/embedded.py",
    "client/registration.py",
    "client/sockets.py",
    "errors.py",
    "gateway/ownership.py",
    "gateway/recording_consent.py",
    "local/openai_endpoint.py",
    "local/responders/choosing.py",
    "local/speech/choosing.py",
    "local/speech/recognizers/whisper_model.py",
    "session/chosen_service.py",
    "session/connection/link.py",
    "session/connection/reconnection.py",
    "session/connection/told_settings.py",
    "session/faults.py",
    "session/life.py",
    "session/local_engines.py",
    "session/talk/conversation.py",
    "session/talk/pending_speech.py",
)
"""What speaks to the person while a conversation begins, is held, breaks off and comes back."""

ELSEWHERE = {
    "Local service: no account, nothing leaves this machine",
    "Local service: no account, nothing leaves the hub",
    "Connect call failed {}",
    "Connection refused",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "No route to host",
}
"""What the source puts together, and what the operating system says."""

_PLACE = "{}"
_WORDS = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
_ERRORS = re.compile(r"[A-Z]\w*(?:Error|Unreachable|Fault|Limit|Refused|Timeout|Deferred|Avatar)")


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(service="ws://127.0.0.1:9", protocol="v1", license="sk_navtalk_canary")
    yield avatar
    avatar.close()


def test_a_page_gets_all_its_words_before_it_asks_for_anything(avatar: Avatar) -> None:
    words = avatar.get_state()["words"]
    assert (words["start"], words["status"]["idle"]) == ("Start", "Ready")


def test_the_words_follow_the_language(avatar: Avatar) -> None:
    avatar.locale = "zh"
    assert avatar.words["start"] == "开始"
    avatar.locale = "en"
    assert avatar.words["start"] == "Start"


def test_each_error_is_named_in_chinese_and_no_other() -> None:
    elsewhere = {"transcript_file", *PROBLEMS}  # files are read by code alone, and a page tells its own problems
    named = set(words_of("zh")["kernel"]["errors"])
    assert sorted(named ^ (given_codes() - elsewhere)) == []


def test_each_chinese_sentence_is_for_one_that_the_kernel_says() -> None:
    said = "\n".join(text for path in PACKAGE.rglob("*.py") for text in _texts(path))
    fixed = {part.strip(" ().,:") for sentence in _sentences() - ELSEWHERE for part in sentence.split(_PLACE)}
    assert [part for part in fixed if part not in said] == []


@pytest.mark.parametrize("module", TOLD)
def test_what_speaks_to_the_person_speaks_chinese(module: str) -> None:
    known = [re.compile(".+".join(map(re.escape, sentence.split(_PLACE)))) for sentence in _sentences()]
    missing = {text for text in _said(PACKAGE / module) if not any(sentence.search(text) for sentence in known)}
    assert sorted(missing) == []


@cache
def _sentences() -> frozenset[str]:
    """The English ones of the table, without what is put in."""
    table = CHINESE.read_text("utf-8").partition("SENTENCES")[2].partition("\n};")[0]
    return frozenset(
        re.sub(r"\{\w+\}", _PLACE, json.loads(english))
        for english in re.findall(r'^  ("(?:[^"\\]|\\.)+"):', table, re.MULTILINE)
    )


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        yield from _text(node)


def _said(path: Path) -> Iterator[str]:
    """The messages and hints of errors that a module makes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if _ERRORS.fullmatch(name):
                hints = [keyword.value for keyword in keywords if keyword.arg == "hint"]
                yield from filter(_WORDS.search, itertools.chain.from_iterable(map(_text, [*args[:1], *hints])))
            case ast.Assign(targets=[ast.Name(id="hint" | "message" | "words")], value=value):
                yield from filter(_WORDS.search, _text(value))


def _text(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else _PLACE for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from _text(one)
            yield from _text(other)
