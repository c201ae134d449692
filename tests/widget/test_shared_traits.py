from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from navtalk_widget import Avatar
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually


@pytest.fixture
def avatar(service: ScriptedService) -> Iterator[Avatar]:
    avatar = Avatar(service=service.url, license="sk_navtalk_canary", instructions="Be brief.", captions=False)
    yield avatar
    avatar.close()


async def invitations(avatar: Avatar, monkeypatch: pytest.MonkeyPatch, count: int) -> list[dict[str, str]]:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(avatar, "send", sent.append)
    for _ in range(count):
        avatar._handle_custom_msg({"type": "ready", "origin": ORIGIN}, [])
    await eventually(lambda: len(sent) == count)
    return sent


@pytest.fixture
async def page(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestPage]:
    (invitation,) = await invitations(avatar, monkeypatch, 1)
    async with page_at(invitation) as page:
        yield page


async def test_a_page_that_joins_is_told_all_of_them(page: TestPage) -> None:
    values = (await page.expect("traits"))["values"]
    expected = {"captions": False, "instructions": "Be brief.", "turn_detection": "server_vad", "status": "idle"}
    assert {name: values[name] for name in expected} == expected
    assert values["voice"] in values["voices"]
    assert "license" not in values


async def test_a_name_that_is_no_text_keeps_no_page_out(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> None:
    avatar.microphone = "caf\udce9"  # as Python reads the names of files that are not in UTF-8
    (invitation,) = await invitations(avatar, monkeypatch, 1)
    async with page_at(invitation) as page:
        assert (await page.expect("traits"))["values"]["microphone"] == "caf\udce9"
        avatar.volume = 0.25
        await page.expect("traits", values={"volume": 0.25})


async def test_what_python_sets_is_told_to_the_page(page: TestPage, avatar: Avatar) -> None:
    avatar.turn_detection = None
    avatar.volume = 0.25
    await page.expect("traits", values={"turn_detection": None})
    await page.expect("traits", values={"volume": 0.25}, written=None)


async def test_what_a_page_sets_holds_in_python_and_on_the_other_pages(
    avatar: Avatar, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await invitations(avatar, monkeypatch, 2)
    async with page_at(first) as writer, page_at(second) as other:
        await writer.send({"type": "set_trait", "name": "instructions", "value": "Be kind.", "number": 5})
        await writer.expect("traits", values={"instructions": "Be kind."}, written=5)
        await other.expect("traits", values={"instructions": "Be kind."}, written=None)
        assert avatar.instructions == "Be kind."
        await avatar.connect()
        assert (await service.expect("session.update"))["session"]["instructions"] == "Be kind."


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [
        ("volume", 2.0, 1.0),
        ("volume", "loud", 1.0),
        ("locale", "fr", "en"),
        ("turn_detection", {"threshold": 7}, "server_vad"),
        ("turn_detection", {"type": "guess"}, "server_vad"),
        ("instructions", None, "Be brief."),
    ],
)
async def test_what_the_trait_refuses_is_an_error_on_the_page_that_set_it(
    page: TestPage, avatar: Avatar, name: str, value: Any, stays: Any
) -> None:
    await page.send({"type": "set_trait", "name": name, "value": value, "number": 1})
    assert (await page.expect("error"))["error"]["code"] == "configuration"
    await page.expect("traits", values={name: stays}, written=1)
    assert getattr(avatar, name) == stays


@pytest.mark.parametrize("name", ["character", "status", "_esm", "saved_turns", "transcript"])
async def test_a_page_sets_only_what_is_meant_for_pages(page: TestPage, avatar: Avatar, name: str) -> None:
    before = getattr(avatar, name)
    await page.send({"type": "set_trait", "name": name, "value": "x"})
    assert (await page.expect("error"))["error"]["code"] == "bad_message"
    assert getattr(avatar, name) == before


async def test_an_observer_that_fails_keeps_nobody_from_an_answer(page: TestPage, avatar: Avatar) -> None:
    def fail(change: object) -> None:
        raise RuntimeError("an observer of the notebook's author")

    avatar.observe(fail, names="muted")
    await page.send({"type": "set_trait", "name": "muted", "value": True, "number": 2})
    await page.expect("traits", values={"muted": True}, written=2)
    assert avatar.muted


async def test_values_that_json_lacks_do_not_keep_the_others_from_the_page(page: TestPage, avatar: Avatar) -> None:
    avatar.volume = float("nan")
    await page.expect("traits", values={"volume": None})
