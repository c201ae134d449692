import asyncio
import dataclasses
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from traitlets import TraitError

from navtalk_widget import Avatar, Metrics, ToolContext, Turn, read_transcripts
from navtalk_widget.errors import ConfigurationError, NotConnectedError, ServiceUnreachable, ToolError
from navtalk_widget.testing import ScriptedService
from navtalk_widget.tools.tool import Tool
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually


@pytest.fixture
async def avatar(service: ScriptedService) -> AsyncIterator[Avatar]:
    async with an_avatar(service) as avatar:
        yield avatar


@asynccontextmanager
async def an_avatar(service: ScriptedService, **settings: Any) -> AsyncIterator[Avatar]:
    avatar = Avatar(service=service.url, license="sk_navtalk_canary", **settings)
    try:
        yield avatar
    finally:
        avatar.close()


async def invited(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the widget sends to a page that is ready."""
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(avatar, "send", sent.append)
    avatar._handle_custom_msg({"type": "ready", "origin": ORIGIN}, [])
    await eventually(lambda: sent)
    return sent[0]


async def test_a_question_from_python_is_answered_and_kept(service: ScriptedService, avatar: Avatar) -> None:
    asked = avatar.ask("Who are you?")
    await service.expect("response.create")
    await service.answer("I am Leo.")
    assert (await asked).text == "I am Leo."
    assert [turn.text for turn in avatar.transcript] == ["Who are you?", "I am Leo."]
    assert list(avatar.transcript.to_pandas()["role"]) == ["user", "avatar"]
    assert [turn["text"] for turn in avatar.transcript_tail] == ["Who are you?", "I am Leo."]


async def test_one_can_wait_until_the_avatar_was_heard(service: ScriptedService, avatar: Avatar) -> None:
    avatar.send_text("Who are you?")  # which begins the conversation
    heard = avatar.wait_until_heard()
    await service.expect("response.create")
    assert not heard.done()
    await service.answer("I am Leo.", bytes(4_800))
    turn = await heard
    assert avatar.status == "listening"
    assert turn == avatar.transcript[-1]
    assert turn.text_heard == "I am Leo."
    assert await asyncio.to_thread(avatar.wait_until_heard().result, 10) == turn, "as in a cell that waits"


async def test_what_is_said_is_stored_where_that_is_wanted(service: ScriptedService, tmp_path: Path) -> None:
    def redact(turn: Turn) -> Turn:
        return dataclasses.replace(turn, text=turn.text.upper())

    async with an_avatar(service, history_dir=tmp_path, redact=redact) as avatar:
        asked = avatar.ask("Who are you?")
        await service.expect("response.create")
        await service.answer("I am Leo.")
        await asked
        await avatar.disconnect()
        stored = read_transcripts(tmp_path, conversation=avatar.conversation_id)
    assert list(stored["text"]) == ["WHO ARE YOU?", "I AM LEO."]
    assert list(stored["character"]) == ["navtalk.Leo", "navtalk.Leo"]


async def test_figures_of_the_conversation_can_be_observed(service: ScriptedService, avatar: Avatar) -> None:
    seen: list[Metrics] = []
    avatar.observe(lambda change: seen.append(change["new"]), "metrics")
    assert avatar.metrics == Metrics()
    asked = avatar.ask("Who are you?")
    await service.expect("response.create")
    await service.answer("I am Leo.", bytes(48_000))
    await asked
    await eventually(lambda: avatar.metrics.audio_ms is not None)
    assert avatar.metrics.answers == 1
    assert seen[-1] == avatar.metrics
    turn = avatar.transcript.last("avatar")
    assert turn is not None
    assert turn.latency is not None
    assert avatar.metrics.audio_ms is not None
    assert avatar.metrics.audio_ms.p50 == turn.latency.audio_ms
    with pytest.raises(TraitError):
        avatar.metrics = Metrics()
    assert "metrics" not in avatar.get_state()


async def test_observers_are_called_in_a_thread_of_their_own(service: ScriptedService, avatar: Avatar) -> None:
    seen: list[tuple[str, str]] = []
    avatar.observe(lambda change: seen.append((change["new"], threading.current_thread().name)), names="status")
    await avatar.connect()
    await avatar.disconnect()
    assert [status for status, _ in seen] == ["connecting", "listening", "closed"]
    assert {name for _, name in seen} == {"navtalk-traits"}


async def test_after_a_verb_the_traits_say_what_is(service: ScriptedService, avatar: Avatar) -> None:
    await avatar.connect()
    assert avatar.status == "listening"
    await avatar.disconnect()
    status: str = avatar.status
    assert status == "closed"


async def test_a_callback_that_blocks_holds_up_neither_state_nor_speech(
    service: ScriptedService, avatar: Avatar
) -> None:
    blocked, go_on = threading.Event(), threading.Event()

    def block(event: object) -> None:
        blocked.set()
        go_on.wait(10)

    avatar.on("session.updated", block)
    await avatar.connect()
    await eventually(blocked.is_set)
    await service.answer("Hello!")
    await eventually(lambda: [turn.text for turn in avatar.transcript] == ["Hello!"])
    go_on.set()


async def test_events_are_followed_until_told_otherwise(service: ScriptedService, avatar: Avatar) -> None:
    words: list[str] = []

    def keep(event: Any) -> None:
        words.append(event.delta)

    avatar.on("response.audio_transcript.delta", keep)
    await avatar.connect()
    await service.answer("Hello!")
    await eventually(lambda: words == ["Hello!"])
    avatar.off("response.audio_transcript.delta", keep)
    await service.answer("Again!", response_id="r2")
    await eventually(lambda: len(avatar.transcript) == 2)
    assert words == ["Hello!"]


async def test_settings_take_effect_in_the_running_conversation(service: ScriptedService, avatar: Avatar) -> None:
    await avatar.connect()
    avatar.instructions = "Answer in French."
    avatar.voice = "sage"
    await service.until(lambda: len(service.of("session.update")) >= 2)
    changed: dict[str, Any] = {}
    for message in service.of("session.update")[1:]:
        changed |= message["session"]
    await service.until(lambda: {"voice"} <= set().union(*(m["session"] for m in service.of("session.update")[1:])))
    assert changed["instructions"] == "Answer in French."


async def test_who_talks_by_a_button_ends_their_turns_by_it(service: ScriptedService, avatar: Avatar) -> None:
    await avatar.connect()

    def told() -> list[Any]:
        return [
            m["session"]["turn_detection"] for m in service.of("session.update") if "turn_detection" in m["session"]
        ]

    avatar.push_to_talk = True
    await eventually(lambda: told()[-1] is None)
    avatar.turn_detection = {"silence_duration_ms": 700}
    avatar.push_to_talk = False
    await eventually(lambda: (told()[-1] or {}).get("silence_duration_ms") == 700)


async def test_a_conversation_may_begin_with_push_to_talk(service: ScriptedService) -> None:
    async with an_avatar(service, push_to_talk=True) as avatar:
        await avatar.connect()
        assert service.of("session.update")[0]["session"]["turn_detection"] is None
        assert avatar.turn_detection == "server_vad"


@pytest.mark.parametrize(
    ("trait", "value"),
    [("temperature", 9), ("max_response_output_tokens", 0), ("turn_detection", "telepathy"), ("modalities", ["smell"])],
)
async def test_a_value_that_is_not_valid_is_refused_at_once(avatar: Avatar, trait: str, value: Any) -> None:
    before = getattr(avatar, trait)
    with pytest.raises(ConfigurationError, match=trait):
        setattr(avatar, trait, value)
    assert getattr(avatar, trait) == before


@pytest.mark.parametrize("keyword", ["foo", "status", "transcript", "_session", "comm"])
def test_an_unknown_keyword_is_a_type_error(keyword: str) -> None:
    with pytest.raises(TypeError, match=keyword):
        Avatar(**cast(Any, {keyword: 1}))


def test_a_keyword_that_is_almost_right_is_refused_with_the_right_one() -> None:
    with pytest.raises(TypeError, match="Did you mean 'instructions'"):
        Avatar(instruction="Be brief.")
    with pytest.raises(TypeError, match="Did you mean 'character'"):
        Avatar(**cast(Any, {"charater": "navtalk.Lily"}))


async def test_engines_of_the_embedded_service_may_be_functions_and_are_changed_like_attributes() -> None:
    def think(messages: object, tools: object) -> str:
        return "Fine."

    avatar = Avatar(service="local", responder=think, recognizer="pocketsphinx", synthesizer="espeak")
    try:
        assert avatar.service_label == "Local service: no account"
        assert (await avatar.ask("How are you?")).text == "Fine."
        assert avatar.service_label == "Local service; your words go to think()"
        with pytest.raises(ConfigurationError, match="bultin"):
            avatar.responder = "bultin"
        assert avatar.responder == think
        avatar.responder = "builtin"
        avatar.half_duplex, avatar.video_size, avatar.interruption_ms, avatar.video_codec = True, (640, 800), 0, "h264"
        with pytest.raises(ConfigurationError, match="video_size"):
            avatar.video_size = (1, 1)
        assert (avatar.half_duplex, avatar.video_size, avatar.interruption_ms) == (True, (640, 800), 0)
        await avatar.reconnect()
        assert avatar.service_label == "Local service: no account, nothing leaves this machine"
        assert (await avatar.speak("It is nine.")).text == "It is nine."
    finally:
        avatar.close()


async def test_another_service_takes_no_engines(avatar: Avatar) -> None:
    with pytest.raises(ConfigurationError, match="Only the embedded service"):
        avatar.responder = "builtin"


async def test_tools_are_declared_in_every_way(service: ScriptedService, avatar: Avatar) -> None:
    @avatar.tool
    def hours(museum: str) -> str:
        "Opening hours."
        return "nine to five"

    @avatar.tool(
        timeout=5, name="sky", on_interruption="cancel", max_result_characters=500, filler="I look out of the window."
    )
    async def weather(city: str) -> str:
        "Weather."
        return "sunny"

    assert hours("Louvre") == "nine to five"
    assert isinstance(weather, Tool)
    assert (weather.timeout, weather.on_interruption, weather.max_result_characters) == (5, "cancel", 500)
    assert weather.filler == "I look out of the window."
    await avatar.connect()
    update = await service.expect("session.update")
    assert [tool["name"] for tool in update["session"]["tools"]] == ["hours", "sky"]


async def test_calls_that_need_approval_are_decided_from_python(service: ScriptedService, avatar: Avatar) -> None:
    deleted: list[str] = []

    @avatar.tool(needs_approval=True)
    def delete(path: str, ctx: ToolContext) -> str:
        "Delete a file."
        ctx.progress(0.5, "half gone")
        deleted.append(path)
        return "gone"

    await avatar.connect()
    declared = (await service.expect("session.update"))["session"]["tools"][0]
    assert list(declared["parameters"]["properties"]) == ["path"]
    call = {"type": "response.function_call_arguments.done", "response_id": "r", "item_id": "i", "name": "delete"}
    for call_id in ("c1", "c2"):
        await service.send({**call, "call_id": call_id, "arguments": '{"path": "a"}'})
    await eventually(lambda: [each.state for each in avatar.tool_calls] == ["awaiting_approval"] * 2)
    await avatar.reject("c2", "Keep it.")
    await avatar.approve("c1")
    await eventually(lambda: [each.state for each in avatar.tool_calls] == ["done", "denied"])
    assert deleted == ["a"]
    await service.until(lambda: len(service.of("conversation.item.create")) == 2)
    assert {each["item"]["output"] for each in service.of("conversation.item.create")} == {
        "gone",
        "delete was not called: the person did not allow it. Keep it.",
    }
    with pytest.raises(ToolError, match="no call 'c1' that awaits approval"):
        await avatar.approve("c1")


async def test_an_error_that_nobody_waits_for_is_shown(avatar: Avatar) -> None:
    avatar.interrupt()  # there is no conversation
    await eventually(lambda: avatar.error is not None)
    assert isinstance(avatar.error, NotConnectedError)


async def test_a_service_that_is_not_there_is_an_error_and_a_state() -> None:
    avatar = Avatar(service="ws://127.0.0.1:9")
    with pytest.raises(ServiceUnreachable):
        await avatar.connect()
    await eventually(lambda: avatar.status == "failed")
    assert isinstance(avatar.error, ServiceUnreachable)
    avatar.close()


async def test_a_closed_widget_does_nothing_more(service: ScriptedService, avatar: Avatar) -> None:
    await avatar.connect()
    avatar.close()
    with pytest.raises(NotConnectedError, match="closed"):
        avatar.ask("Still there?")
    avatar.close()  # a second time is nothing
    await eventually(lambda: service.main is not None and service.main.close_code is not None)


async def test_a_page_that_is_ready_is_told_the_way(
    service: ScriptedService, avatar: Avatar, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await invited(avatar, monkeypatch)
    assert invitation["type"] == "gateway"
    async with page_at(invitation) as page:
        await page.send({"type": "start"})
        await page.expect("state", status="listening")
        await page.expect("owner", owner=True)
        await eventually(lambda: avatar.status == "listening")  # traits are shown by a thread of their own


async def test_the_licence_is_in_no_state_and_no_repr(
    service: ScriptedService, avatar: Avatar, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await invited(avatar, monkeypatch)
    await avatar.connect()
    traits = {name: repr(value) for name, value in avatar.trait_values().items() if name not in ("comm", "keys")}
    state = json.dumps({name: repr(value) for name, value in avatar.get_state().items()})
    assert "canary" not in repr(avatar) + state + repr(traits) + repr(invitation)
    assert invitation["token"] not in state


async def test_what_is_saved_with_the_notebook_can_be_switched_off(service: ScriptedService) -> None:
    async with an_avatar(service, saved_turns=0) as avatar:
        await avatar.connect()
        await service.answer("Hello!")
        await eventually(lambda: len(avatar.transcript) == 1 and avatar.transcript[0].final)
        await avatar.disconnect()
        assert avatar.transcript_tail == []


async def test_widgets_that_are_left_alone_cost_no_thread(service: ScriptedService) -> None:
    before = {thread.name for thread in threading.enumerate()}
    avatars = [Avatar(service=service.url) for _ in range(10)]
    await eventually(lambda: {t.name for t in threading.enumerate()} <= before | {"navtalk-loop"})
    for avatar in avatars:
        avatar.close()


async def test_a_pending_verb_shows_nothing_at_the_end_of_a_cell(avatar: Avatar) -> None:
    pending = avatar.connect()
    assert pending._ipython_display_() is None  # type: ignore[func-returns-value]
    await asyncio.wait_for(pending, 30)
