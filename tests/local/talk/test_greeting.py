"""What both generations are told before they do anything, and how they set up the avatar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from tests.local.scripted import ScriptedResponder
from tests.local.talking import Talk, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

STUN = {"urls": ["stun:stun.example.org:3478"]}


def function(name: str, description: str = "") -> dict[str, Any]:
    return {"type": "function", "name": name, "description": description, "parameters": {"type": "object"}}


def tools_of(talk: Talk) -> dict[str, str]:
    return {tool["name"]: tool["description"] for tool in talk.of(events.SessionUpdated)[-1].session["tools"]}


async def confirmed(talk: Talk) -> dict[str, Any]:
    """The settings as the service has them."""
    await talk.say(events.SessionUpdate(session={}))
    return talk.of(events.SessionUpdated)[-1].session


# ── the first generation ─────────────────────────────────────────────────────────────────────────────────


async def test_the_first_generation_is_told_the_whole_session_and_its_conversation(engines: Engines) -> None:
    async with talking(engines, expires_at=1_800_000_000) as talk:
        named, created, conversation = talk.log
        assert isinstance(named, events.SessionId) and isinstance(created, events.SessionCreated)
        assert isinstance(conversation, events.ConversationCreated)
        assert named.session_id == created.session["id"] == talk.conversation.session_id
        assert created.session["expires_at"] == 1_800_000_000
        assert created.session["object"] == "realtime.session"
        assert created.session["turn_detection"]["type"] == "server_vad"
        assert created.session["tools"] == []
        assert set(created.session) >= set(SessionConfig.model_fields)
        assert conversation.conversation["id"].startswith("conv_")


async def test_the_first_generation_is_confirmed_only_what_it_sets(engines: Engines) -> None:
    async with talking(engines) as talk:
        await talk.say(events.SessionUpdate(session={"voice": "ash"}))
        await talk.say(events.SessionUpdate(session={"voice": "sage"}))
        assert [updated.session["voice"] for updated in talk.of(events.SessionUpdated)] == ["ash", "sage"]
        assert talk.configured == 2


# ── the second generation ────────────────────────────────────────────────────────────────────────────────


async def test_the_second_generation_is_greeted_with_servers_and_a_warning(engines: Engines) -> None:
    options: dict[str, Any] = {"warning": "There are two of them.", "avatar_id": "b2"}
    async with talking(engines, protocol="v2", ice_servers=[STUN], **options) as talk:
        await talk.until(events.SessionUpdated)
        connected, warning = talk.log[:2]
        assert isinstance(connected, events.ConversationConnected)
        assert str(UUID(connected.session_id)) == talk.conversation.session_id
        assert connected.ice_servers == (STUN,)
        assert isinstance(warning, events.ConnectionWarning)
        assert (warning.message, warning.avatar_id) == ("There are two of them.", "b2")
        assert talk.types()[2:] == ["session.created", "conversation.created", "session.updated"]
        assert talk.conversation.configured


async def test_history_and_configuration_that_come_early_count(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Hello.")
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputConfig(voice="sage", prompt="Be brief.", tools=(function("a"),)))
        await talk.say(events.InputFunctionCall(tools=(function("b"),)))
        await talk.write("Before.")
        assert not talk.of(events.SessionUpdated)
        updated = await talk.until(events.SessionUpdated)
        assert (updated.session["voice"], updated.session["instructions"]) == ("sage", "Be brief.")
        await talk.ask()
        (request,) = script.requests
        assert [message.text for message in request.messages] == ["Before."]
        assert [tool.name for tool in request.tools] == ["a", "b"]
        assert request.instructions == "Be brief."


async def test_an_early_session_update_is_the_one_confirmation(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.local.talk.assistant.UPDATED_GRACE_S", 0.5)
    async with talking(engines, protocol="v2") as talk, talking(engines, protocol="v2") as other:
        await talk.say(events.SessionUpdate(session={"temperature": "hot"}))
        await talk.say(events.SessionUpdate(session={"voice": "ash"}))
        await other.until(events.SessionUpdated)  # began later, so that the grace of the first is over too
        assert [updated.session["voice"] for updated in talk.of(events.SessionUpdated)] == ["ash"]
        await talk.say(events.SessionUpdate(session={"voice": "sage"}))
        assert [updated.session["voice"] for updated in talk.of(events.SessionUpdated)] == ["ash", "sage"]


async def test_a_later_input_config_applies_and_is_not_confirmed(engines: Engines) -> None:
    async with talking(engines, protocol="v2") as talk:
        await talk.until(events.SessionUpdated)
        await talk.say(events.InputConfig(prompt="Now in French.", tools=(function("a"),)))
        await talk.say(events.InputFunctionCall(tools=(function("b"),)))
        assert len(talk.of(events.SessionUpdated)) == 1
        assert (await confirmed(talk))["instructions"] == "Now in French."
        assert not talk.errors


async def test_what_is_unset_leaves_the_avatars_own_settings(engines: Engines) -> None:
    own = SessionConfig(voice="verse", instructions="You are a guide.")
    async with talking(engines, protocol="v2", config=own) as talk:
        await talk.say(events.InputConfig(voice="", prompt="", tools=()))
        await talk.say(events.InputConfig())
        await talk.say(events.InputConfig.model_validate({"temperature": "hot", "colour": "red"}))
        settings = await confirmed(talk)
        assert (settings["voice"], settings["instructions"]) == ("verse", "You are a guide.")
        assert not talk.errors


async def test_functions_are_joined_by_name(engines: Engines) -> None:
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputConfig(tools=(function("a"), function("b", "old"))))
        await talk.say(events.InputFunctionCall(tools=(function("b", "new"), function("c"))))
        await confirmed(talk)
        assert tools_of(talk) == {"a": "", "b": "new", "c": ""}
        await talk.say(events.InputConfig(tools=(function("d"),)))
        await confirmed(talk)
        assert tools_of(talk) == {"b": "new", "c": "", "d": ""}, "the newest list of each kind counts"
        await talk.say(events.SessionUpdate(session={"tools": [function("e")]}))
        assert tools_of(talk) == {"e": ""}


@pytest.mark.parametrize(
    "event",
    [
        events.InputFunctionCall(tools=({"type": "function", "name": ""},)),
        events.InputFunctionCall(tools=({},)),
        events.InputConfig(prompt="Changed.", tools=({"type": "function", "name": "a", "parameters": 7},)),
    ],
)
async def test_a_function_that_is_none_is_refused_and_changes_nothing(engines: Engines, event: events.Event) -> None:
    async with talking(engines, protocol="v2") as talk:
        await talk.say(event)
        assert talk.errors == ["invalid_value"]
        settings = await confirmed(talk)
        assert (settings["instructions"], settings["tools"]) == ("", [])
