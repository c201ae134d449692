"""Whatever happens, and in whatever order: what always holds of a conversation."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from navtalk_widget.errors import ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.responses import CANCEL_LIMIT
from navtalk_widget.tools import tool
from tests.session.talking import Talk, call, created, done, voice, voice_done, words
from tests.support.examples import examples

connected = precondition(lambda self: self.connected)

answers = st.sampled_from(["latest", "earlier", ""])
"""Events name the latest answer, one before it, or none, as some services do."""


class SteppedLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes when the test says so."""

    passed = 0.0

    def time(self) -> float:
        return self.passed


class AnyOrder(RuleBasedStateMachine):
    """Service, person and network, none of which keeps to any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = SteppedLoop()
        self.talk = Talk(self.work, tool(name="careful", needs_approval=True)(self.work))
        self.conversation = self.talk.conversation
        self.runs: Counter[int] = Counter()
        self.gates: dict[int, asyncio.Event] = {}
        self.returned: list[str] = []
        self.refused: set[str] = set()
        self.careful: set[int] = set()
        self.allowed: set[int] = set()
        self.always = False
        self.needed: set[str] = set()
        """Results that no complete answer has followed."""
        self.calls_here: set[str] = set()
        self.repeated_here: set[str] = set()
        """Calls that the service made again, whether it had been told of them or not."""
        self.answer_ids = ["r0", "r0"]
        self.connected = True
        self.ended = False
        self.before = 0
        """How much had been sent when the connection began."""
        self.outstanding = 0
        self.counted = 0
        self.given_up = False
        self.collectors: list[ReplyCollector] = []

    async def work(self, number: int) -> str:
        "Do some work."
        self.runs[number] += 1
        await self.gates[number].wait()
        self.returned.append(f"c{number}")
        self.needed.add(f"c{number}")
        return "done"

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)
        self.turn()  # a tool that need not wait has returned after this
        deadline = time.monotonic() + 30
        while not self.settled:
            assert time.monotonic() < deadline
            time.sleep(0.0005)  # results are written in threads
            self.loop.run_until_complete(asyncio.sleep(0))
        self.turn()
        refused = {call_id for call_id, state in self.calls.items() if state == "denied"}
        self.needed |= refused - self.refused
        self.refused = refused
        for event in self.talk.sent[self.counted :]:
            self.outstanding += isinstance(event, events.ResponseCreate)
        self.counted = len(self.talk.sent)

    def turn(self) -> None:
        """Let all happen that waits for nothing but its turn."""
        for _ in range(8):
            self.loop.run_until_complete(asyncio.sleep(0))

    @property
    def settled(self) -> bool:
        """Whether all tools that have returned are done with."""
        if self.ended:
            return True
        over = {call_id for call_id, state in self.calls.items() if state not in ("awaiting_approval", "running")}
        return set(self.returned) <= over and self.conversation._tool_work.running == len(self.calls) - len(over)

    @property
    def calls(self) -> dict[str, str]:
        """The calls that were begun, and the last that was told of each."""
        return {news.call_id: news.state for news in self.talk.news if isinstance(news, ToolCallChanged)}

    def hear(self, *heard: Event) -> None:
        async def work() -> None:
            self.talk.hear(*heard)

        self.run(work())

    def named(self, answer: str) -> str:
        return {"latest": self.answer_ids[-1], "earlier": self.answer_ids[-2], "": ""}[answer]

    # ── the person ───────────────────────────────────────────────────────────────────────────────────────

    @connected
    @rule(item=st.sampled_from(["u1", "u2", ""]))
    def person_begins_to_speak(self, item: str) -> None:
        self.hear(events.SpeechStarted(item_id=item))

    @connected
    @rule(item=st.sampled_from(["u1", "u2", ""]))
    def person_stops(self, item: str) -> None:
        if self.given_up:
            self.outstanding, self.given_up = 0, False
        self.hear(events.SpeechStopped(item_id=item))

    @connected
    @rule(item=st.sampled_from(["u1", "u2", ""]), text=st.sampled_from(["Hello", ""]))
    def person_is_understood(self, item: str, text: str) -> None:
        self.hear(events.InputTranscriptionCompleted(item_id=item, transcript=text))

    @connected
    @rule(reply=st.booleans())
    def person_types(self, reply: bool) -> None:
        async def work() -> None:
            self.given_up |= reply and self.outstanding > 0
            self.conversation.say("Hello", reply=reply)

        self.run(work())

    @connected
    @rule()
    def somebody_asks(self) -> None:
        async def work() -> None:
            self.given_up |= self.outstanding > 0
            self.collectors.append(ReplyCollector())
            self.collectors[-1]._done.add_done_callback(lambda reply: reply.exception())
            self.conversation.say("Hello?", self.collectors[-1])

        self.run(work())

    @connected
    @rule()
    def person_interrupts(self) -> None:
        async def work() -> None:
            self.given_up |= self.outstanding > 0
            self.conversation.interrupt()

        self.run(work())

    @rule(delay_ms=st.sampled_from([None, 0.0, 5.0]))
    def page_reports(self, delay_ms: float | None) -> None:
        async def work() -> None:
            self.conversation.note_playback(delay_ms)

        self.run(work())

    @rule(seconds=st.sampled_from([0.012, 0.012, 4.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.passed += seconds
        if seconds > CANCEL_LIMIT and self.given_up:
            self.outstanding, self.given_up = 0, False
        errors = len(self.talk.errors)
        self.run(asyncio.sleep(0))
        if any(isinstance(error, ResponseTimeout) for error in self.talk.errors[errors:]):
            self.outstanding, self.given_up = 0, False  # of what was asked for again meanwhile, too

    # ── the service ──────────────────────────────────────────────────────────────────────────────────────

    @connected
    @rule()
    def answer_begins(self) -> None:
        self.answer_ids.append(f"r{len(self.answer_ids)}")
        self.outstanding, self.given_up = max(0, self.outstanding - 1), False
        self.hear(created(self.answer_ids[-1]))

    @connected
    @rule(answer=answers, piece=st.sampled_from(["Once ", "upon a ", "time"]))
    def answer_has_words(self, answer: str, piece: str) -> None:
        self.hear(words(piece, self.named(answer)))

    @connected
    @rule(answer=answers, seconds=st.sampled_from([0.001, 0.01, 5.0]))
    def answer_has_sound(self, answer: str, seconds: float) -> None:
        self.hear(voice(seconds, self.named(answer)))

    @connected
    @rule(answer=answers)
    def sound_is_complete(self, answer: str) -> None:
        self.hear(voice_done(self.named(answer)))

    @connected
    @rule(answer=answers, status=st.sampled_from(["completed", "completed", "cancelled", "failed", "incomplete"]))
    def answer_is_done(self, answer: str, status: str) -> None:
        if status == "completed":
            self.needed.clear()
        self.hear(done(self.named(answer), status))

    @connected
    @rule(answer=answers, name=st.sampled_from(["work", "careful"]))
    def service_calls(self, answer: str, name: str) -> None:
        number = len(self.gates)
        self.gates[number] = asyncio.Event()
        if name == "careful":
            self.careful.add(number)
        before = set(self.calls)
        self.hear(call(f"c{number}", name, f'{{"number": {number}}}', self.named(answer)))
        self.calls_here |= set(self.calls) - before

    @property
    def repeatable(self) -> list[int]:
        """The calls that a service may repeat: after an answer with the result, the next service's is another call."""
        calls = self.conversation._tool_work._calls._results._calls
        unanswered = {call.call_id for call in calls if not call.settled}.__contains__
        ids = {f"c{number}": number for number in sorted(self.gates)}
        return [ids[each] for each in ids if each in self.calls_here or each not in self.calls or unanswered(each)]

    @connected
    @precondition(lambda self: self.repeatable)
    @rule(data=st.data())
    def service_repeats_a_call(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.repeatable))
        before = set(self.calls)
        name = "careful" if number in self.careful else "work"
        self.repeated_here.add(f"c{number}")
        self.hear(call(f"c{number}", name, f'{{"number": {number}}}', ""))
        self.calls_here |= set(self.calls) - before

    @connected
    @rule(code=st.sampled_from(["conversation_already_has_active_response", "response_cancel_not_active", "quota"]))
    def service_refuses(self, code: str) -> None:
        requests = self.talk.of(events.ResponseCreate)
        event_id = requests[-1].event_id if requests and code == "quota" else None
        if code.startswith("conversation") or event_id:
            self.outstanding, self.given_up = 0, False
        self.hear(events.ErrorEvent(error={"code": code, "message": "no", "event_id": event_id}))

    @precondition(lambda self: any(not gate.is_set() for gate in self.gates.values()))
    @rule(data=st.data())
    def tool_returns(self, data: st.DataObject) -> None:
        waiting = sorted(number for number, gate in self.gates.items() if not gate.is_set())
        self.gates[data.draw(st.sampled_from(waiting))].set()
        self.run(asyncio.sleep(0))

    @precondition(lambda self: "awaiting_approval" in self.calls.values())
    @rule(data=st.data(), word=st.sampled_from(["allow", "always", "deny"]))
    def person_decides(self, data: st.DataObject, word: str) -> None:
        waiting = sorted(call_id for call_id, state in self.calls.items() if state == "awaiting_approval")
        call_id = data.draw(st.sampled_from(waiting))
        if word != "deny":
            self.allowed.add(int(call_id[1:]))
            self.always |= word == "always"

        async def work() -> None:
            if word == "deny":
                self.conversation.approvals.reject(call_id)
            else:
                self.conversation.approvals.approve(call_id, always=word == "always")

        self.run(work())

    # ── the network ──────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def connection_is_lost(self) -> None:
        async def work() -> None:
            self.conversation.suspend()

        self.run(work())
        if self.connected:
            self.connected = False
            self.before = len(self.talk.sent)
        assert all(turn.final and turn.ended_at for turn in self.talk.transcript)
        assert not [collector for collector in self.collectors[:-1] if collector.waiting]

    @precondition(lambda self: not self.connected)
    @rule()
    def connection_is_made(self) -> None:
        async def work() -> None:
            self.conversation.resume()

        self.connected = True
        self.calls_here.clear()
        self.repeated_here.clear()
        self.outstanding, self.given_up = 0, False
        self.run(work())
        waits = bool(self.collectors) and self.collectors[-1].waiting
        assert not waits or self.outstanding or self.conversation.facts.tools_running

    def teardown(self) -> None:
        async def work() -> None:
            await self.conversation.end()

        self.ended = True
        self.run(work())
        assert all(turn.final and turn.ended_at for turn in self.talk.transcript)
        assert not [task for task in asyncio.all_tasks(self.loop) if not task.done()]
        assert not [timer for timer in self.loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        self.loop.close()

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────

    @property
    def sent_here(self) -> list[Event]:
        return self.talk.sent[self.before :]

    @invariant()
    def no_call_runs_twice(self) -> None:
        assert not [number for number, runs in self.runs.items() if runs > 1]

    @invariant()
    def nothing_runs_that_was_not_allowed(self) -> None:
        assert self.always or self.careful & set(+self.runs) <= self.allowed

    @invariant()
    def each_result_is_told_once_and_to_those_who_know_the_call(self) -> None:
        known = set(self.calls_here)
        told: list[str] = []
        for event in self.sent_here:
            if isinstance(event, events.ConversationItemCreate) and event.item.call_id:
                if event.item.type == "function_call":
                    assert event.item.call_id not in known
                    known.add(event.item.call_id)
                else:
                    assert event.item.call_id in known | self.repeated_here
                    told.append(event.item.call_id)
        assert len(told) == len(set(told))
        if self.connected:
            assert self.needed & {*self.returned, *self.refused} <= set(told)

    @invariant()
    def nothing_is_sent_without_a_connection(self) -> None:
        assert self.connected or not self.sent_here

    @invariant()
    def one_answer_is_asked_for_at_a_time(self) -> None:
        assert self.outstanding <= 1

    @invariant()
    def nobody_thinks_or_speaks_for_ever(self) -> None:
        if not self.connected:
            return
        facts = self.conversation.facts
        assert bool(facts.tools_running) == bool(self.conversation._tool_work.running)
        timer = self.conversation._thinking_limit
        if facts.status == "thinking":
            assert timer.running or facts.tools_running
        if facts.status == "speaking":
            assert timer.running or facts.tools_running or self.conversation._voice.playing

    @invariant()
    def what_was_heard_was_said(self) -> None:
        for turn in self.talk.transcript:
            if turn.text_heard is not None:
                assert turn.text.startswith(turn.text_heard)
                assert turn.final

    @invariant()
    def no_item_is_truncated_twice_or_at_its_beginning(self) -> None:
        truncations = [event for event in self.sent_here if isinstance(event, events.ConversationItemTruncate)]
        assert len({event.item_id for event in truncations}) == len(truncations)
        assert all(event.audio_end_ms > 0 for event in truncations)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=examples(60), stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
