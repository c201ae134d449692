"""What a tool is given of its call, and what it tells while it runs."""

import asyncio
import threading
from typing import Annotated, Any

import pytest

from navtalk_widget import ToolContext
from navtalk_widget.errors import ToolTimeout
from navtalk_widget.tools import CallStage, ToolRegistry, ToolRunner, tool
from navtalk_widget.tools.context import MAX_MESSAGE_CHARACTERS, Progress, ProgressFeed
from tests.support.waiting import eventually


async def stages_of(function: Any, arguments: str = "{}") -> list[CallStage]:
    """What is told of one call."""
    stages: list[CallStage] = []
    registry = ToolRegistry()
    name = registry.add(function).name
    result = await ToolRunner(registry).call("c", name, arguments, stages.append)
    assert result.ok, result.output
    return stages


async def test_a_thread_tells_how_far_it_is() -> None:
    told = threading.Event()

    def read(ctx: ToolContext) -> None:
        assert threading.current_thread() is not threading.main_thread()
        ctx.progress(0.4, "reading…")
        told.wait(10)

    stages: list[CallStage] = []
    call = asyncio.create_task(ToolRunner(ToolRegistry([read])).call("c", "read", "", stages.append))
    await eventually(lambda: stages[1:] == [CallStage("running", Progress(0.4, "reading…"))])
    told.set()
    assert (await call).ok


async def test_an_async_function_tells_too() -> None:
    async def read(ctx: ToolContext) -> None:
        ctx.progress(1.0)
        await asyncio.sleep(0)

    assert (await stages_of(read))[1:] == [CallStage("running", Progress(1.0, ""))]


async def test_the_tool_learns_which_call_it_is() -> None:
    ids: list[str] = []

    async def read(ctx: ToolContext) -> None:
        ids.append(ctx.call_id)

    await stages_of(read)
    assert ids == ["c"]


async def test_the_context_goes_beside_the_arguments() -> None:
    given: list[Any] = []

    def read(path: str, ctx: ToolContext, times: int = 1) -> None:
        given.extend([path, type(ctx), times])

    await stages_of(read, '{"path": "a", "times": 2}')
    assert given == ["a", ToolContext, 2]


async def test_progress_does_not_disarm_the_time_limit() -> None:
    @tool(timeout=0.05)
    async def read(ctx: ToolContext) -> None:
        while True:
            ctx.progress(0.5, "any moment now")
            await asyncio.sleep(0.001)

    result = await ToolRunner(ToolRegistry([read])).call("c", "read", "")
    assert isinstance(result.error, ToolTimeout)


async def test_what_a_function_tells_after_its_time_is_up_is_not_passed_on() -> None:
    released, ended = threading.Event(), threading.Event()

    @tool(timeout=0.02)
    def read(ctx: ToolContext) -> None:
        released.wait(10)
        ctx.progress(0.9)
        ended.set()

    stages: list[CallStage] = []
    result = await ToolRunner(ToolRegistry([read])).call("c", "read", "", stages.append)
    assert not result.ok
    released.set()
    assert await asyncio.to_thread(ended.wait, 10)
    await asyncio.sleep(0)
    assert stages == [CallStage("running")]


def test_a_function_may_be_called_by_hand() -> None:
    @tool
    def read(path: str, ctx: ToolContext) -> str:
        ctx.progress(0.5, "reading")
        return path

    assert read("a", ToolContext()) == "a"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((0.25, "a"), Progress(0.25, "a")),
        ((), Progress(None, "")),
        ((None, "counting"), Progress(None, "counting")),
        ((7, ""), Progress(1.0, "")),
        ((-0.1, ""), Progress(0.0, "")),
        ((float("nan"), ""), Progress(None, "")),
        ((0.5, "x" * 1000), Progress(0.5, "x" * MAX_MESSAGE_CHARACTERS)),
    ],
)
def test_what_is_told_is_in_bounds(given: tuple[Any, ...], told: Progress) -> None:
    reports: list[Progress] = []
    ToolContext("c", reports.append).progress(*given)
    assert reports == [told]


async def test_of_many_reports_the_last_is_passed_on() -> None:
    told: list[Progress] = []
    feed = ProgressFeed(told.append)

    def hurry() -> None:
        for number in range(100_000):
            feed.report(Progress(number / 100_000, ""))
        feed.report(Progress(1.0, "done"))

    await asyncio.to_thread(hurry)
    await eventually(lambda: told and told[-1] == Progress(1.0, "done"))
    assert len(told) < 1_000
    feed.close()


@pytest.mark.parametrize(
    "hint", [ToolContext, ToolContext | None, Annotated[ToolContext, "of this call"], "ToolContext"]
)
def test_the_model_learns_nothing_of_the_context(hint: Any) -> None:
    def read(path: str, ctx: Any = None) -> None:
        """Read.

        Args:
            path: of the file.
            ctx: of the call.
        """

    read.__annotations__["ctx"] = hint
    made = tool(read)
    assert list(made.parameters["properties"]) == ["path"]
    assert made.validator.context_parameters == ("ctx",)


async def test_the_model_cannot_pass_a_context() -> None:
    def read(ctx: ToolContext) -> None:
        raise AssertionError("must not run")

    result = await ToolRunner(ToolRegistry([read])).call("c", "read", '{"ctx": 1}')
    assert result.output == "read was not called: there is no argument ctx"
