"""The person's word before a tool is called."""

import asyncio
from collections.abc import Callable

import pytest

from navtalk_widget.errors import ToolArgumentError, ToolDenied, ToolError, ToolTimeout
from navtalk_widget.tools import Approvals, CallStage, ToolRegistry, ToolResult, ToolRunner, tool
from navtalk_widget.tools.approval import APPROVAL_TIMEOUT, MAX_WAITING
from tests.support.waiting import eventually

AWAITING, RUNNING = CallStage("awaiting_approval"), CallStage("running")


class Desk:
    """A runner with one tool that needs approval, and what happens at it."""

    def __init__(self, limit: float = APPROVAL_TIMEOUT) -> None:
        self.approvals = Approvals(limit)
        self.registry = ToolRegistry()
        self.runner = ToolRunner(self.registry, self.approvals)
        self.stages: list[CallStage] = []
        self.deleted: list[str] = []
        self.offer()

    def offer(self) -> None:
        """Add the tool, as the cell that defines it does."""

        @tool(needs_approval=True)
        def delete(path: str) -> str:
            self.deleted.append(path)
            return f"{path} is gone"

        self.registry.add(delete)

    def call(self, call_id: str = "c", arguments: str = '{"path": "a"}') -> asyncio.Task[ToolResult]:
        return asyncio.create_task(self.runner.call(call_id, "delete", arguments, self.stages.append))

    async def waiting(self, number: int = 1) -> None:
        await eventually(lambda: self.stages.count(AWAITING) == number)


async def test_a_tool_that_needs_approval_waits_for_it_and_then_runs() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    assert desk.deleted == []
    desk.approvals.approve("c")
    result = await call
    assert (result.output, result.ok, result.denied) == ("a is gone", True, False)
    assert desk.stages == [AWAITING, RUNNING]


async def test_a_call_that_is_rejected_does_not_run_and_the_model_is_told_why() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    desk.approvals.reject("c", "I need that file.")
    result = await call
    assert result.output == "delete was not called: the person did not allow it. I need that file."
    assert isinstance(result.error, ToolDenied)
    assert result.denied
    assert result.duration_s == 0
    assert desk.deleted == []
    assert desk.stages == [AWAITING]


async def test_nobody_is_asked_for_tools_without_need_of_it() -> None:
    desk = Desk()
    desk.registry.add(tool(name="delete")(lambda path: f"{path} is gone"))
    assert (await desk.call()).ok
    assert desk.stages == [RUNNING]


async def test_nobody_is_asked_about_a_call_whose_arguments_do_not_fit() -> None:
    desk = Desk()
    result = await desk.call(arguments='{"file": "a"}')
    assert isinstance(result.error, ToolArgumentError)
    assert desk.stages == []


async def test_a_call_that_nobody_decides_on_is_denied_in_words() -> None:
    desk = Desk(limit=0.02)
    result = await desk.call()
    assert result.output == "delete was not called: nobody allowed it within 0.02 s."
    assert result.denied
    with pytest.raises(ToolError, match="no call 'c' that awaits approval"):
        desk.approvals.approve("c")
    assert desk.deleted == []


async def test_the_wait_does_not_use_up_the_time_of_the_tool() -> None:
    desk = Desk()

    @desk.registry.add
    @tool(timeout=0.05, needs_approval=True)
    async def delete(path: str) -> str:
        await asyncio.Event().wait()
        return ""

    call = desk.call()
    await desk.waiting()
    await asyncio.sleep(0.1)  # longer than the tool may take
    assert not call.done()
    desk.approvals.approve("c")
    assert isinstance((await call).error, ToolTimeout), "the limit holds from the approval on"


async def test_always_holds_for_further_calls_of_the_tool_and_for_those_that_wait() -> None:
    desk = Desk()
    calls = [desk.call("c1"), desk.call("c2", '{"path": "b"}')]
    await desk.waiting(2)
    desk.approvals.approve("c1", always=True)
    assert [result.ok for result in await asyncio.gather(*calls)] == [True, True]
    assert (await desk.call("c3", '{"path": "c"}')).ok
    assert sorted(desk.deleted) == ["a", "b", "c"]
    assert desk.stages.count(AWAITING) == 2


async def test_once_is_not_always() -> None:
    desk = Desk()
    first = desk.call("c1")
    await desk.waiting()
    desk.approvals.approve("c1")
    await first
    second = desk.call("c2")
    await desk.waiting(2)
    desk.approvals.reject("c2")
    assert (await second).denied


async def test_always_does_not_hold_for_another_function_of_the_same_name() -> None:
    desk = Desk()
    first = desk.call("c1")
    await desk.waiting()
    desk.approvals.approve("c1", always=True)
    await first
    desk.offer()  # its cell was run again, and may have been changed
    second = desk.call("c2")
    await desk.waiting(2)
    desk.approvals.approve("c2")
    assert (await second).ok


async def test_what_was_shown_is_what_runs_even_if_the_tool_is_replaced_meanwhile() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    desk.registry.add(tool(name="delete")(lambda path: "another function"))
    desk.approvals.approve("c")
    assert (await call).output == "a is gone"


async def test_an_interruption_calls_off_what_waits() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    assert desk.approvals.call_off()
    result = await call
    assert result.output == "delete was not called: the person interrupted before allowing it."
    assert result.error is not None
    assert result.error.code == "tool_called_off"
    assert not desk.approvals.call_off(), "nothing waits any more"


async def test_the_end_of_the_conversation_ends_the_wait() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    await desk.runner.close()
    result = await call
    assert result.error is not None
    assert result.error.code == "tool_cancelled"
    assert (await desk.call("later")).error is not None
    assert desk.stages == [AWAITING]


async def test_what_is_allowed_as_the_conversation_ends_does_not_run() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    desk.approvals.approve("c")
    await desk.runner.close()
    assert (await call).error is not None
    assert desk.deleted == []


async def test_whoever_is_told_of_the_question_may_answer_it_at_once() -> None:
    desk = Desk()

    def answer(stage: CallStage) -> None:
        if stage == AWAITING:
            desk.approvals.approve("c")

    assert (await desk.runner.call("c", "delete", '{"path": "a"}', answer)).ok


async def test_a_caller_that_is_cancelled_leaves_no_question_behind() -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    with pytest.raises(ToolError):
        desk.approvals.approve("c")


async def test_more_questions_than_anybody_reads_are_not_asked() -> None:
    desk = Desk()
    calls = [desk.call(f"c{number}") for number in range(MAX_WAITING)]
    await desk.waiting(MAX_WAITING)
    refused = await desk.call("one too many")
    assert refused.error is not None
    assert refused.error.code == "tool_busy"
    desk.approvals.call_off()
    assert all(result.denied for result in await asyncio.gather(*calls))


@pytest.mark.parametrize("decide", [Approvals.approve, Approvals.reject])
async def test_a_call_that_is_decided_cannot_be_decided_again(decide: Callable[[Approvals, str], None]) -> None:
    desk = Desk()
    call = desk.call()
    await desk.waiting()
    desk.approvals.approve("c")
    with pytest.raises(ToolError, match="awaits approval"):
        decide(desk.approvals, "c")
    assert (await call).ok
