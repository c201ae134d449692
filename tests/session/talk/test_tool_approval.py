"""Tools that need the person's word, in a conversation."""

import asyncio
import time
from typing import Any

import pytest

from navtalk_widget.errors import ToolError
from navtalk_widget.protocol import events
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.testing import ScriptedService
from navtalk_widget.tools import ToolContext, tool
from tests.session.talking import Talk, call, created, done
from tests.support.waiting import eventually


class Drawer:
    """A tool that needs approval, and what it did."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.tool = tool(name="delete", needs_approval=True)(self.delete)

    async def delete(self, path: str) -> str:
        "Delete a file."
        self.deleted.append(path)
        return f"{path} is gone"


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def states(talk: Talk) -> list[str]:
    return [news.state for news in talk.news if isinstance(news, ToolCallChanged)]


def outputs(talk: Talk) -> list[str]:
    items = [event.item for event in talk.of(events.ConversationItemCreate)]
    return [str(item.output) for item in items if item.type == "function_call_output"]


async def asked(talk: Talk) -> None:
    """Let the service call the tool, and wait until the person is asked."""
    talk.hear(created(), call("c", "delete", '{"path": "a"}'), done())
    await eventually(lambda: states(talk) == ["awaiting_approval"])


async def test_a_call_waits_and_runs_when_it_is_allowed(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    assert talk.status == "thinking"
    assert (drawer.deleted, talk.sent) == ([], [])
    talk.conversation.approvals.approve("c")
    await eventually(lambda: "response.create" in talk.kinds)
    assert states(talk) == ["awaiting_approval", "running", "done"]
    assert outputs(talk) == ["a is gone"]
    await talk.conversation.end()


async def test_what_is_shown_of_a_call_stays_at_its_place(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    then = time.time()
    talk.conversation.approvals.approve("c")
    await eventually(lambda: states(talk)[-1] == "done")
    assert all(news.started_at <= then for news in talk.news if isinstance(news, ToolCallChanged))
    assert len({(news.name, *news.arguments.items()) for news in talk.news if isinstance(news, ToolCallChanged)}) == 1
    await talk.conversation.end()


async def test_a_denial_is_told_in_words_and_is_no_error_of_the_conversation(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    talk.conversation.approvals.reject("c", "Keep it.")
    await eventually(lambda: "response.create" in talk.kinds)
    assert outputs(talk) == ["delete was not called: the person did not allow it. Keep it."]
    assert states(talk) == ["awaiting_approval", "denied"]
    assert talk.errors == []
    assert drawer.deleted == []
    await talk.conversation.end()


async def test_an_interruption_ends_the_wait_and_asks_for_no_answer(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    collector = ReplyCollector()
    talk.conversation.say("Tidy up.", collector)
    talk.sent.clear()
    await asked(talk)
    talk.conversation.interrupt()
    await eventually(lambda: talk.status == "listening")
    assert outputs(talk) == ["delete was not called: the person interrupted before allowing it."]
    assert "response.create" not in talk.kinds
    assert states(talk)[-1] == "denied"
    assert (await asyncio.wait_for(collector.reply(), 5)).interrupted, "who asked does not wait for ever"
    await talk.conversation.end()


async def test_an_interruption_lets_what_runs_go_on_and_its_result_be_told(drawer: Drawer) -> None:
    finish = asyncio.Event()

    async def clock() -> str:
        "The time."
        await finish.wait()
        return "noon"

    talk = Talk(drawer.tool, clock)
    talk.hear(created(), call("c", "delete", '{"path": "a"}'), call("d", "clock"), done())
    await eventually(lambda: sorted(states(talk)) == ["awaiting_approval", "running"])
    talk.conversation.interrupt()
    await eventually(lambda: "denied" in states(talk))
    assert "response.create" not in talk.kinds
    finish.set()
    await eventually(lambda: "response.create" in talk.kinds)
    assert outputs(talk)[-1] == "noon"
    await talk.conversation.end()


async def test_words_of_the_person_do_not_take_the_question_away(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    talk.hear(events.SpeechStarted(item_id="u"), events.SpeechStopped(item_id="u"))
    talk.conversation.say("Yes, do it.")
    assert states(talk) == ["awaiting_approval"]
    talk.conversation.approvals.approve("c")
    await eventually(lambda: drawer.deleted == ["a"])
    await talk.conversation.end()


async def test_the_question_outlives_the_connection_and_the_call_runs_once(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    talk.conversation.suspend()
    talk.conversation.approvals.approve("c")
    await eventually(lambda: states(talk)[-1] == "done")
    assert talk.sent == []
    talk.conversation.resume()
    assert talk.items == [("function_call", "c"), ("function_call_output", "c")]
    talk.hear(call("c", "delete", '{"path": "a"}', answer=""))  # the service repeats itself
    await eventually(lambda: "response.create" in talk.kinds)
    assert drawer.deleted == ["a"]
    await talk.conversation.end()


async def test_a_question_may_be_answered_after_the_connection_was_made_again(drawer: Drawer) -> None:
    talk = Talk(drawer.tool)
    await asked(talk)
    talk.conversation.suspend()
    talk.conversation.resume()
    talk.conversation.approvals.reject("c")
    await eventually(lambda: "response.create" in talk.kinds)
    assert talk.items == [("function_call", "c"), ("function_call_output", "c")]
    await talk.conversation.end()


async def test_progress_is_told_as_it_is_made() -> None:
    made, go_on = [0.25, 0.75], [asyncio.Event(), asyncio.Event()]

    async def read(ctx: ToolContext) -> str:
        "Read."
        for share, event in zip(made, go_on, strict=True):
            ctx.progress(share, f"page {share:g}")
            await event.wait()
        return "read"

    talk = Talk(read)
    talk.hear(created(), call("c", "read"), done())

    def told() -> list[Any]:
        news = [each for each in talk.news if isinstance(each, ToolCallChanged)]
        return [(each.state, each.progress, each.message) for each in news]

    expected = [("running", None, ""), ("running", 0.25, "page 0.25"), ("running", 0.75, "page 0.75")]
    await eventually(lambda: told() == expected[:2])
    go_on[0].set()
    await eventually(lambda: told() == expected)
    go_on[1].set()
    await eventually(lambda: told() == [*expected, ("done", None, "")])
    await talk.conversation.end()


# ── with a session ───────────────────────────────────────────────────────────────────────────────────────

CALL = {
    "type": "response.function_call_arguments.done",
    "response_id": "r",
    "item_id": "i",
    "call_id": "c",
    "name": "delete",
    "arguments": '{"path": "a"}',
}


async def call_from(service: ScriptedService, session: Session, call_id: str = "c") -> None:
    created = {"type": "response.created", "response": {"id": "r"}}
    done = {"type": "response.done", "response": {"id": "r", "status": "completed"}}
    await service.send(created, {**CALL, "call_id": call_id}, done)
    await eventually(
        lambda: (
            session.tool_calls
            and (session.tool_calls[-1].call_id, session.tool_calls[-1].state) == (call_id, "awaiting_approval")
        )
    )


async def test_a_session_approves_and_rejects(service: ScriptedService, drawer: Drawer) -> None:
    async with Session(service=service.url, tools=[drawer.tool]) as session:
        await call_from(service, session)
        session.approve("c")
        await service.expect("response.create")
        assert [item["item"]["output"] for item in service.of("conversation.item.create")] == ["a is gone"]
        await call_from(service, session, "c2")
        session.reject("c2", "Enough.")
        await service.until(lambda: len(service.of("conversation.item.create")) == 2)
        assert service.of("conversation.item.create")[1]["item"]["output"].endswith("did not allow it. Enough.")
        await service.answer("As you like.", response_id="r3")
        await eventually(lambda: len(session.transcript) == 1)
        assert [(use.result, use.error is None) for use in session.transcript[0].tool_calls] == [
            ("a is gone", True),
            (None, False),
        ]
        assert session.error is None
    assert [(each.call_id, each.state) for each in session.tool_calls] == [("c", "done"), ("c2", "denied")]


async def test_a_program_may_answer_for_the_person(service: ScriptedService, drawer: Drawer) -> None:
    def decide(news: ToolCallChanged) -> None:
        if news.state == "awaiting_approval":
            session.approve(news.call_id)

    async with Session(service=service.url, tools=[drawer.tool]) as session:
        session.on("tool_call", decide)
        await service.send({"type": "response.created", "response": {"id": "r"}}, CALL)
        await eventually(lambda: drawer.deleted == ["a"])


async def test_always_holds_until_the_conversation_ends(service: ScriptedService, drawer: Drawer) -> None:
    async with Session(service=service.url, tools=[drawer.tool]) as session:
        await call_from(service, session)
        session.approve("c", always=True)
        await service.send({**CALL, "call_id": "c2"})
        await eventually(lambda: drawer.deleted == ["a", "a"])
        await session.close()
        await session.connect()
        await call_from(service, session, "c3")
        session.reject("c3")
    assert drawer.deleted == ["a", "a"]


async def test_at_the_end_of_the_conversation_nothing_awaits_approval(service: ScriptedService, drawer: Drawer) -> None:
    async with Session(service=service.url, tools=[drawer.tool]) as session:
        await call_from(service, session)
    assert [call.state for call in session.tool_calls] == ["failed"]
    assert session.tool_calls[0].result == "The conversation ended before the tool did."
    with pytest.raises(ToolError, match="awaits approval"):
        session.approve("c")
    assert drawer.deleted == []


async def test_only_the_last_calls_are_remembered(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.session.followed.REMEMBERED_CALLS", 2)
    for number in (1, 2, 1, 3):
        session._publish(ToolCallChanged(f"c{number}", "f", {}, "running", float(number)))
    assert [call.call_id for call in session.tool_calls] == ["c2", "c3"]
