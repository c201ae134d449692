"""Whom one talks with: the voice of a character, and what is said of one that nobody knows."""

import json
import warnings
from typing import Any

import pytest

from navtalk_widget import Avatar
from navtalk_widget.engines.cast import SYSTEM_NAMES, avatar_id_of
from navtalk_widget.local.avatar.cast import character_named, character_names
from navtalk_widget.local.avatars import Avatars
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService


@pytest.mark.parametrize("name", character_names())
def test_a_character_speaks_with_its_own_voice(name: str) -> None:
    assert Session(service="local", character=name).config.voice == character_named(name).voice


def test_a_voice_that_is_asked_for_is_used() -> None:
    assert Session(service="local", character="navtalk.Lily", voice="ash").config.voice == "ash"
    assert Session(service="local", character="navtalk.Lily", voice=None).config.voice == "marin"


@pytest.mark.parametrize("name", ["acme.Robot", "acme.Somebody", "acme.Nobody", "Iris"])
@pytest.mark.filterwarnings("ignore:The local service has nobody")
def test_who_stands_in_for_a_stranger_has_the_voice_that_belongs_to_the_face(name: str) -> None:
    assert Session(service="local", character=name).config.voice == character_named(name).voice


async def test_the_first_generation_is_told_the_voice_of_who_is_known_only(service: ScriptedService) -> None:
    """All its clients name a voice; what a service's own avatars speak with is not to be overruled."""
    async with Session(service=service.url, character="navtalk.Elaine"):
        assert (await service.expect("session.update"))["session"]["voice"] == "sage"
    async with Session(service=service.url, character="my own avatar") as session:
        assert "voice" not in (await service.expect("session.update"))["session"]
        session.update(voice="ash")
        assert (await service.expect("session.update"))["session"] == {"voice": "ash"}


async def test_the_second_generations_avatars_keep_the_voice_that_their_service_has_for_them(
    no_leftovers: None,
) -> None:
    async with ScriptedService("v2", ignore=["*"]) as service:
        async with Session(service=service.url, protocol="v2", character="navtalk.Elaine") as session:
            told = await service.expect("realtime.input_config")
            assert json.loads(told["data"]["content"])["voice"] == ""
            assert session.error is None
        async with Session(service=service.url, protocol="v2", model="transparency") as session:
            assert session.error is None, "nobody has asked for a voice"


def warned(make: type, **arguments: Any) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = make(**arguments)
    if isinstance(made, Avatar):
        made.close()
    return [each for each in caught if each.category is UserWarning]


@pytest.mark.parametrize("make", [Session, Avatar])
def test_a_character_that_the_local_service_does_not_know_is_told_where_it_was_asked_for(make: type) -> None:
    (warning,) = warned(make, service="local", character="navtalk.Loe")
    words = str(warning.message)
    assert "nobody called 'navtalk.Loe'" in words
    assert f"{character_named('navtalk.Loe').name} stands in" in words
    assert all(name in words for name in character_names())
    assert "docs/characters.md" in words
    assert warning.filename == __file__


def test_an_avatar_that_the_local_service_does_not_know_is_told() -> None:
    (warning,) = warned(Session, service="local", avatar_id="fbc269dcd0a738cf8e5e0f465671303c")
    assert "'fbc269dcd0a738cf8e5e0f465671303c'" in str(warning.message)
    assert not warned(Session, service="local", avatar_id=avatar_id_of("navtalk.Lily"))


@pytest.mark.parametrize("name", [*SYSTEM_NAMES, "navtalk.leo", " navtalk.Zoe ", "navtalk.TestCard+80ms"])
def test_the_names_that_navtalk_gave_are_known(name: str) -> None:
    assert not warned(Session, service="local", character=name)


@pytest.mark.parametrize("service", ["v1", "v2", "ws://127.0.0.1:8810"])
def test_what_other_services_have_is_not_judged(service: str) -> None:
    assert not warned(Session, service=service, license="sk_navtalk_canary", character="my own avatar")


def test_identifiers_are_those_of_the_service() -> None:
    assert [avatar.id for avatar in Avatars().named("navtalk.Lily", "")] == [avatar_id_of("navtalk.Lily")]
