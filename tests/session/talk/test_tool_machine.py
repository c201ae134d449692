"""Calls, progress, time limits, interruptions, lost connections and results, in any order: what holds of tools.

The service is well-behaved here, so that it can be said exactly what is to become of each call; of services that keep
to no order, see `test_conversation_in_any_order`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.tools import ToolContext, tool
from navtalk_widget.tools.approval import APPROVAL_TIMEOUT
from tests.session.talk.test_conversation_in_any_order import SteppedLoop
from tests.session.talking import Talk, call, created, done, said, words
from tests.support.examples import examples

LIMIT = 5.0
KINDS = ["steady", "fragile", "limited", "careful", "wordy"]


@dataclass
class Work:
    """A call, as it should be."""

    number: int
    kind: str
    call_id: str
    """How the service that made it last calls it."""
    since: float
    """When it began to run, or to wait for approval."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    runs: bool = True
    over: bool = False
    context: ToolContext | None = None
    made_here: bool = True
    """Whether the present service made it, or repeated it."""
    repeated_here: bool = False
    """Whether it may have been told of it before."""

    @property
    def arguments(self) -> str:
        return f'{{"number": {self.number}}}'


class ToolsInAnyOrder(RuleBasedStateMachine):
    """A person, a network and tools that keep to no order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = SteppedLoop()
        self.talk = Talk(
            tool(name="steady", timeout=None)(self.work),
            tool(name="fragile", timeout=None, on_interruption="cancel")(self.work),
            tool(name="limited", timeout=LIMIT)(self.work),
            tool(name="careful", timeout=None, needs_approval=True)(self.work),
            tool(name="wordy", timeout=None, filler="One moment.")(self.work),
        )
        self.conversation = self.talk.conversation
        self.works: list[Work] = []
        self.executed: Counter[int] = Counter()
        self.answers = 0
        self.answering = False
        self.connected = True
        self.closed = False
        self.before = 0
        self.messages = 0
        self.sent_while_running = 0
        self.counted = 0
        self.last: list[Event] = []
        """What was sent because of what was done last."""

    async def work(self, number: int, ctx: ToolContext) -> str:
        "Do some work."
        self.executed[number] += 1
        self.works[number].context = ctx
        await self.works[number].gate.wait()
        return f"result {number}"

    # ── the means ────────────────────────────────────────────────────────────────────────────────────────

    def do(self, action: Callable[[], Any]) -> None:
        """Do something, and let all that follows of it happen."""

        async def act() -> None:
            action()

        self.loop.run_until_complete(act())
        deadline = time.monotonic() + 30
        while self.conversation._tool_work.running != len(self.under_way):
            assert time.monotonic() < deadline, f"{self.conversation._tool_work.running} run, not {self.under_way}"
            time.sleep(0.0005)  # results are written in threads
            self.loop.run_until_complete(asyncio.sleep(0))
        for _ in range(8):
            self.loop.run_until_complete(asyncio.sleep(0))
        if self.under_way:
            self.sent_while_running += sum(
                isinstance(event, events.ResponseCreate) and event.response is None for event in self.new
            )
        self.last, self.counted = self.new, len(self.talk.sent)

    def hear(self, *heard: Event) -> None:
        self.do(lambda: self.talk.hear(*heard))

    @property
    def new(self) -> list[Event]:
        return self.talk.sent[self.counted :]

    @property
    def items_here(self) -> list[events.ConversationItemCreate]:
        """What the present service has been told of calls."""
        items = [event for event in self.talk.sent[self.before :] if isinstance(event, events.ConversationItemCreate)]
        return [event for event in items if event.item.call_id]

    @property
    def under_way(self) -> list[Work]:
        return [work for work in self.works if not work.over]

    def pick(self, data: st.DataObject, works: list[Work]) -> Work:
        return works[data.draw(st.integers(0, len(works) - 1))]

    def call_off(self, *, asked: bool) -> None:
        for work in self.under_way:
            work.over |= (work.kind == "fragile" and work.runs) or (asked and not work.runs)

    # ── the service ──────────────────────────────────────────────────────────────────────────────────────

    def begin_answer(self) -> None:
        """Begin one, if none is under way; what was asked for before, or only to be said, comes first."""
        while not self.answering:
            self.answers += 1
            begun = created(f"r{self.answers}")
            is_filler = self.conversation._gate.uttered(begun)
            self.answering = True
            self.hear(begun)
            if any(isinstance(event, events.ResponseCancel) for event in self.last):
                self.end_cut_answer()
            elif is_filler:
                self.answering = False
                self.hear(words("One moment.", f"r{self.answers}"), done(f"r{self.answers}"))

    @precondition(lambda self: self.connected)
    @rule(ends=st.booleans())
    def answer(self, ends: bool) -> None:
        self.begin_answer()
        if ends:
            self.answering = False
            self.hear(done(f"r{self.answers}"))

    @initialize(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))
    def first_calls(self, kinds: list[str]) -> None:
        self.call(kinds, ends=True)

    @precondition(lambda self: self.connected)
    @rule(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=2), ends=st.booleans())
    def calls(self, kinds: list[str], ends: bool) -> None:
        self.call(kinds, ends=ends)

    def call(self, kinds: list[str], *, ends: bool) -> None:
        self.begin_answer()
        for kind in kinds:
            self.make(kind, f"c{len(self.works)}")
        if ends:
            self.answer(ends=True)

    @precondition(lambda self: self.connected and any(not work.made_here for work in self.works))
    @rule(data=st.data(), kind=st.sampled_from(KINDS))
    def service_counts_anew(self, data: st.DataObject, kind: str) -> None:
        """Under an identifier of an earlier connection, of which it knows nothing."""
        earlier = self.pick(data, [work for work in self.works if not work.made_here])
        self.begin_answer()
        told = {event.item.call_id for event in self.items_here}
        if earlier.call_id not in told | {work.call_id for work in self.works if work.made_here}:
            self.make(kind, earlier.call_id)

    def make(self, kind: str, call_id: str) -> None:
        made = Work(len(self.works), kind, call_id, self.loop.passed, runs=kind != "careful")
        self.works.append(made)
        self.hear(call(call_id, kind, made.arguments, f"r{self.answers}"))

    @precondition(lambda self: self.connected)
    @rule(data=st.data(), spelling=st.sampled_from(['{{"number": {}}}', '{{"number":{}}}']))
    def service_repeats_a_call(self, data: st.DataObject, spelling: str) -> None:
        """Under its identifier, which no other call has got meanwhile."""
        work = self.pick(data, self.works)
        self.begin_answer()
        if [each for each in self.works if each.call_id == work.call_id][-1] is work:
            work.repeated_here |= not work.made_here
            work.made_here = True
            self.hear(call(work.call_id, work.kind, spelling.format(work.number), f"r{self.answers}"))

    @precondition(lambda self: self.connected and any(not work.made_here for work in self.under_way))
    @rule(data=st.data())
    def service_asks_for_what_runs_already(self, data: st.DataObject) -> None:
        work = self.pick(data, [work for work in self.under_way if not work.made_here])
        self.begin_answer()
        work.made_here, work.call_id = True, f"again{len(self.talk.news)}_{work.number}"
        self.hear(call(work.call_id, work.kind, work.arguments, f"r{self.answers}"))

    # ── the tools ────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(work.runs for work in self.under_way))
    @rule(data=st.data())
    def result(self, data: st.DataObject) -> None:
        work = self.pick(data, [work for work in self.under_way if work.runs])
        work.over = True
        self.do(work.gate.set)

    @precondition(lambda self: any(work.runs for work in self.under_way))
    @rule(data=st.data(), share=st.floats(0, 1))
    def progress(self, data: st.DataObject, share: float) -> None:
        context = self.pick(data, [work for work in self.under_way if work.runs]).context
        assert context is not None
        self.do(lambda: context.progress(share))

    @rule(seconds=st.sampled_from([0.5, 1.6, 3.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.passed += seconds
        for work in self.under_way:
            limit = APPROVAL_TIMEOUT if not work.runs else LIMIT if work.kind == "limited" else float("inf")
            work.over |= self.loop.passed - work.since >= limit
        quiet = not self.answering
        self.do(lambda: None)
        fillers = [event for event in self.last if isinstance(event, events.ResponseCreate) and event.response]
        assert not fillers or (quiet and any(work.kind == "wordy" for work in self.under_way))

    # ── the person ───────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(not work.runs for work in self.under_way))
    @rule(data=st.data(), allow=st.booleans())
    def decide(self, data: st.DataObject, allow: bool) -> None:
        work = self.pick(data, [work for work in self.under_way if not work.runs])
        call_id = next(
            news.call_id
            for news in reversed(self.talk.news)
            if isinstance(news, ToolCallChanged) and news.arguments == {"number": work.number}
        )
        work.runs, work.since, work.over = allow, self.loop.passed, not allow
        approvals = self.conversation.approvals
        self.do(lambda: approvals.approve(call_id) if allow else approvals.reject(call_id))

    @precondition(lambda self: self.connected)
    @rule()
    def interrupt(self) -> None:
        self.call_off(asked=True)
        self.do(self.conversation.interrupt)
        assert not [event for event in self.last if isinstance(event, events.ResponseCreate)]
        self.end_cut_answer()

    @precondition(lambda self: self.connected)
    @rule()
    def type_something(self) -> None:
        self.messages += 1
        self.call_off(asked=False)
        self.do(lambda: self.conversation.say("Something else."))
        self.end_cut_answer()

    @precondition(lambda self: self.connected)
    @rule(text=st.sampled_from(["Never mind.", ""]))
    def speak(self, text: str) -> None:
        started, stopped, understood = said(text, f"u{len(self.talk.news)}")
        self.hear(started)
        self.end_cut_answer()
        self.hear(stopped)
        if text:
            self.call_off(asked=False)
        self.hear(understood)

    def end_cut_answer(self) -> None:
        if self.answering:
            self.answering = False
            self.hear(done(f"r{self.answers}", "cancelled"))

    # ── the network ──────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.connected)
    @rule(comes_back=st.booleans())
    def connection_is_lost(self, comes_back: bool) -> None:
        self.connected = self.answering = False
        self.do(self.conversation.suspend)
        for work in self.works:
            work.made_here = work.repeated_here = False
        self.before = len(self.talk.sent)
        if comes_back:
            self.connection_is_made()

    @precondition(lambda self: not self.connected)
    @rule()
    def connection_comes_back(self) -> None:
        self.connection_is_made()

    def connection_is_made(self) -> None:
        self.connected = True
        self.do(self.conversation.resume)

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def every_call_is_executed_exactly_once(self) -> None:
        for work in self.works:
            assert self.executed[work.number] == (work.context is not None)
            assert work.context is not None or work.kind == "careful"

    @invariant()
    def a_tool_learns_that_nobody_waits_for_it(self) -> None:
        for work in self.works:
            assert work.context is None or work.context.cancelled == work.over

    @invariant()
    def every_end_is_told_once_to_a_service_that_knows_the_call(self) -> None:
        known = {work.call_id for work in self.works if work.made_here}
        outputs: Counter[str] = Counter()
        for event in self.items_here:
            call_id = str(event.item.call_id)
            if event.item.type == "function_call":
                assert call_id not in known - {work.call_id for work in self.works if work.repeated_here}
                known.add(call_id)
            else:
                assert call_id in known
                outputs[call_id] += 1
        assert max(outputs.values(), default=0) <= 1
        if self.connected:
            assert all(outputs[work.call_id] == work.over for work in self.works if work.made_here)

    @invariant()
    def no_answer_is_asked_for_while_a_call_runs_but_by_the_person(self) -> None:
        assert self.sent_while_running <= self.messages

    @invariant()
    def the_last_news_of_a_call_is_how_it_ended(self) -> None:
        last = {news.arguments["number"]: news.state for news in self.talk.news if isinstance(news, ToolCallChanged)}
        for work in self.works:
            ended = last[work.number] not in ("awaiting_approval", "running")
            assert ended == (work.over or self.closed)

    def teardown(self) -> None:
        for work in self.works:
            work.over = True
        self.closed = True
        self.loop.run_until_complete(self.conversation.end())
        self.do(lambda: None)
        assert not [task for task in asyncio.all_tasks(self.loop) if not task.done()]
        assert not [timer for timer in self.loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        self.loop.close()


TestToolsInAnyOrder = ToolsInAnyOrder.TestCase
TestToolsInAnyOrder.settings = settings(
    max_examples=examples(40), stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
