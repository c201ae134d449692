"""Calls of the model, run to their end."""

import asyncio
import contextvars
import datetime
import functools
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from navtalk_widget.errors import ToolArgumentError, ToolError, ToolFailed, ToolTimeout
from navtalk_widget.tools import ToolContext, ToolRegistry, ToolResult, ToolRunner, tool
from navtalk_widget.tools.invocation import MAX_THREADS
from tests.support.waiting import eventually

user = contextvars.ContextVar("user", default="nobody")


@pytest.fixture
def registry() -> ToolRegistry:
    return ToolRegistry()


@pytest.fixture
async def runner(registry: ToolRegistry) -> AsyncIterator[ToolRunner]:
    runner = ToolRunner(registry)
    yield runner
    await runner.close()


Run = Callable[..., Awaitable[ToolResult]]


@pytest.fixture
def run(runner: ToolRunner, registry: ToolRegistry) -> Run:
    """Add a function and call it once, with arguments as JSON text."""
    calls = 0

    async def run(function: Callable[..., Any], arguments: str = "{}") -> ToolResult:
        nonlocal calls
        calls += 1
        result = await runner.call(f"call_{calls}", registry.add(function).name, arguments)
        assert result is not None
        return result

    return run


async def test_a_plain_function_runs_in_a_thread_and_its_result_is_text(run: Run) -> None:
    def weather(city: str) -> dict[str, Any]:
        return {"city": city, "thread": threading.current_thread().name}

    before = datetime.datetime.now(datetime.timezone.utc)
    result = await run(weather, '{"city": "Paris"}')
    assert result.ok
    assert result.error is None
    assert result.output == '{"city":"Paris","thread":"navtalk-tool-weather"}'
    assert result.arguments == {"city": "Paris"}
    assert result.started_at >= before
    assert result.duration_s >= 0


async def test_an_async_function_runs_on_the_loop(run: Run) -> None:
    loop = asyncio.get_running_loop()

    async def where() -> bool:
        return asyncio.get_running_loop() is loop

    assert (await run(where)).output == "true"


async def test_an_object_with_an_async_call_runs_on_the_loop(run: Run) -> None:
    class Where:
        async def __call__(self) -> str:
            return threading.current_thread().name

    assert (await run(tool(name="where")(Where()))).output == threading.current_thread().name


async def test_a_plain_function_may_return_an_awaitable(run: Run) -> None:
    async def real() -> list[int]:
        return [1]

    @functools.wraps(real)
    def decorated() -> Any:
        return real()

    assert (await run(tool(name="decorated")(lambda: decorated()))).output == "[1]"


async def test_context_variables_reach_the_thread(run: Run) -> None:
    user.set("Ada")

    def who() -> str:
        return user.get()

    assert (await run(who)).output == "Ada"


async def test_an_exception_is_told_to_the_model_and_kept_for_the_user(run: Run) -> None:
    def weather(city: str) -> str:
        raise ValueError("no such city")

    result = await run(weather, '{"city": "Atlantis"}')
    assert not result.ok
    assert result.output == "weather failed: ValueError: no such city"
    assert isinstance(result.error, ToolFailed)
    cause = result.error.__cause__
    assert isinstance(cause, ValueError)
    assert cause.__traceback__ is not None
    names = []
    frame = cause.__traceback__
    while frame is not None:
        names.append(frame.tb_frame.f_code.co_name)
        frame = frame.tb_next  # type: ignore[assignment]
    assert names[-1] == "weather"


async def test_an_exception_of_an_async_function_is_told_alike(run: Run) -> None:
    async def weather() -> str:
        raise KeyError("Rome")

    result = await run(weather)
    assert result.output == "weather failed: KeyError: 'Rome'"
    assert isinstance(result.error, ToolFailed)
    assert isinstance(result.error.__cause__, KeyError)


@pytest.mark.parametrize("error", [StopIteration(), SystemExit(1), asyncio.CancelledError(), KeyboardInterrupt()])
async def test_exceptions_that_end_loops_do_not_end_ours(run: Run, error: BaseException) -> None:
    def odd() -> None:
        raise error

    result = await run(odd)
    assert result.output.startswith(f"odd failed: {type(error).__name__}") or type(error).__name__ in result.output


async def test_an_async_function_that_exits_does_not_end_the_loop(run: Run) -> None:
    async def leave() -> None:
        sys.exit(3)

    assert (await run(leave)).output == "leave failed: SystemExit: 3"


async def test_a_result_that_cannot_be_put_into_words_is_a_failure(run: Run) -> None:
    class Mute:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    async def mute() -> Mute:
        return Mute()

    result = await run(mute)
    assert not result.ok
    assert "no words" in result.output


async def test_a_very_long_error_is_cut(run: Run) -> None:
    def talkative() -> None:
        raise ValueError("x" * 100_000)

    assert len((await run(talkative)).output) < 1100


async def test_an_unknown_name_is_answered_with_those_that_exist(runner: ToolRunner, registry: ToolRegistry) -> None:
    registry.add(tool(name="clock")(lambda: "noon"))
    result = await runner.call("call_1", "time", "{}")
    assert result is not None
    assert isinstance(result.error, ToolError)
    assert result.output == "There is no tool named time; the tools are: clock."
    assert result.error.code == "tool_unknown"


@pytest.mark.parametrize(
    ("arguments", "told", "kept"),
    [
        ('{"city": ', "weather was not called: its arguments are not valid JSON", {}),
        ("[]", "weather was not called: its arguments must be one JSON object", {}),
        ('{"town": "Rome"}', "argument city is missing; there is no argument town", {"town": "Rome"}),
    ],
)
async def test_bad_arguments_are_told_to_the_model(run: Run, arguments: str, told: str, kept: dict[str, Any]) -> None:
    def weather(city: str) -> str:
        raise AssertionError("must not run")

    result = await run(weather, arguments)
    assert told in result.output
    assert isinstance(result.error, ToolArgumentError)
    assert result.arguments == kept


async def test_a_plain_function_that_overruns_is_left_behind(run: Run) -> None:
    released, ended = threading.Event(), threading.Event()

    @tool(timeout=0.02)
    def slow() -> None:
        released.wait(30)
        ended.set()

    result = await run(slow)
    assert result.output.startswith("slow did not answer within 0.02 s.")
    assert "goes on in the background" in result.output
    assert isinstance(result.error, ToolTimeout)
    assert not ended.is_set()
    released.set()
    assert await asyncio.to_thread(ended.wait, 10)


async def test_an_async_function_that_overruns_is_cancelled(run: Run) -> None:
    cancelled = asyncio.Event()

    @tool(timeout=0.02)
    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    result = await run(slow)
    assert result.output == "slow did not answer within 0.02 s."
    await asyncio.wait_for(cancelled.wait(), 10)


async def test_an_async_function_that_refuses_to_be_cancelled_does_not_hold_up_the_answer(run: Run) -> None:
    finish = asyncio.Event()

    @tool(timeout=0.02)
    async def stubborn() -> None:
        while not finish.is_set():
            try:
                await finish.wait()
            except asyncio.CancelledError:
                continue

    try:
        assert isinstance((await run(stubborn)).error, ToolTimeout)
    finally:
        finish.set()


async def test_when_all_threads_are_stuck_further_calls_are_refused_until_one_returns(
    run: Run, runner: ToolRunner, registry: ToolRegistry
) -> None:
    released = threading.Event()

    @tool(timeout=0.01)
    def stuck() -> None:
        released.wait(30)

    def quick() -> str:
        return "done"

    registry.add(stuck)
    await asyncio.gather(*(runner.call(f"stuck_{number}", "stuck", "") for number in range(MAX_THREADS)))
    refused = await run(quick)
    assert isinstance(refused.error, ToolError)
    assert refused.error.code == "tool_busy"
    assert "earlier calls have not ended" in refused.output
    released.set()
    while not (await run(quick)).ok:  # noqa: ASYNC110 - threads end without telling
        await asyncio.sleep(0.01)


async def test_calls_run_side_by_side(runner: ToolRunner, registry: ToolRegistry) -> None:
    together = threading.Barrier(2, timeout=10)

    def meet() -> str:
        together.wait()
        return "met"

    registry.add(meet)
    results = await asyncio.gather(runner.call("a", "meet", ""), runner.call("b", "meet", ""))
    assert [result and result.output for result in results] == ["met", "met"]


async def test_closing_cancels_what_runs_and_refuses_what_comes(registry: ToolRegistry) -> None:
    runner = ToolRunner(registry)
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    registry.add(forever)

    call = asyncio.create_task(runner.call("call_1", "forever", ""))
    await started.wait()
    await runner.close()
    assert cancelled.is_set()
    result = await call
    assert result is not None
    assert result.error is not None
    assert result.error.code == "tool_cancelled"
    later = await runner.call("call_2", "forever", "")
    assert later is not None
    assert isinstance(later.error, ToolError)


async def test_cancelling_the_caller_cancels_the_tool(runner: ToolRunner, registry: ToolRegistry) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    registry.add(forever)

    call = asyncio.create_task(runner.call("call_1", "forever", ""))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(cancelled.wait(), 10)


def test_a_stuck_function_does_not_keep_the_interpreter_from_exiting() -> None:
    program = """
import asyncio, threading
from navtalk_widget.tools import ToolRegistry, ToolRunner, tool

@tool(timeout=0.05)
def stuck() -> None:
    threading.Event().wait()

result = asyncio.run(ToolRunner(ToolRegistry([stuck])).call("call_1", "stuck", ""))
assert result.error.code == "tool_timeout", result
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=180)


# ── interruptions ────────────────────────────────────────────────────────────────────────────────────────


async def test_only_what_says_so_is_called_off(runner: ToolRunner, registry: ToolRegistry) -> None:
    finish = asyncio.Event()

    @tool(on_interruption="cancel")
    async def search() -> None:
        await asyncio.Event().wait()

    @tool
    async def save() -> str:
        await finish.wait()
        return "saved"

    registry.add(search)
    registry.add(save)
    calls = {name: asyncio.create_task(runner.call(f"c_{name}", name, "")) for name in ("search", "save")}
    await eventually(lambda: runner.interruptible)
    assert runner.interruptible == {"c_search"}
    assert runner.call_off(runner.interruptible)
    called_off = await calls["search"]
    assert called_off.called_off
    assert called_off.output == "search was called off: the person interrupted. It may have done a part of its work."
    finish.set()
    assert (await calls["save"]).output == "saved"
    assert not runner.interruptible
    assert not runner.call_off({"c_search", "c_save"})


async def test_an_async_function_that_is_called_off_is_cancelled(runner: ToolRunner, registry: ToolRegistry) -> None:
    cancelled = asyncio.Event()

    @tool(on_interruption="cancel")
    async def search() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return "found"

    registry.add(search)
    call = asyncio.create_task(runner.call("c", "search", ""))
    await eventually(lambda: runner.interruptible)
    runner.call_off({"c"})
    assert (await call).called_off
    await asyncio.wait_for(cancelled.wait(), 10)


async def test_a_plain_function_that_is_called_off_can_see_it_and_its_result_is_dropped(
    runner: ToolRunner, registry: ToolRegistry
) -> None:
    seen, ended = threading.Event(), threading.Event()

    @tool(on_interruption="cancel")
    def search(ctx: ToolContext) -> str:
        assert not ctx.cancelled
        while not ctx.cancelled:
            seen.set()
        ended.set()
        return "found"

    registry.add(search)
    call = asyncio.create_task(runner.call("c", "search", ""))
    await eventually(lambda: runner.interruptible and seen.is_set())
    runner.call_off({"c"})
    result = await call
    assert result.called_off
    assert result.output.endswith("The function was asked to stop, and may go on for a while.")
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_result_that_is_there_when_the_person_interrupts_counts(
    runner: ToolRunner, registry: ToolRegistry
) -> None:
    finish = asyncio.Event()

    @tool(on_interruption="cancel")
    async def search() -> str:
        await finish.wait()
        return "found"

    registry.add(search)
    call = asyncio.create_task(runner.call("c", "search", ""))
    await eventually(lambda: runner.interruptible)
    inner = next(iter(runner._tasks))
    inner.add_done_callback(lambda _: runner.call_off({"c"}))
    finish.set()
    assert (await call).output == "found"


async def test_who_overruns_sees_that_nobody_waits(run: Run) -> None:
    ended = threading.Event()

    @tool(timeout=0.02)
    def slow(ctx: ToolContext) -> None:
        while not ctx.cancelled:
            pass
        ended.set()

    assert (await run(slow)).output == (
        "slow did not answer within 0.02 s. The function was asked to stop, and may go on for a while."
    )
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_function_that_cancels_itself_has_failed(run: Run) -> None:
    async def odd() -> None:
        raise asyncio.CancelledError

    assert (await run(odd)).output == "odd failed: it cancelled itself."


@pytest.mark.parametrize("is_plain", [True, False])
async def test_a_tool_may_say_how_much_of_its_result_is_told(run: Run, is_plain: bool) -> None:
    def plain() -> str:
        return "x" * 1000

    async def on_the_loop() -> str:
        return "x" * 1000

    result = await run(tool(max_result_characters=200)(plain if is_plain else on_the_loop))
    assert result.ok
    assert result.cut
    assert len(result.output) == 200


async def test_a_result_that_is_no_data_is_told_to_its_author(run: Run) -> None:
    result = await run(object)
    assert not result.ok
    assert "object of type object, which is not data" in result.output
