"""What tools do in a conversation: called, asked about, interrupted, and what becomes of it for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import News, ToolCallChanged
from navtalk_widget.session.talk.answer_times import AnswerTimes
from navtalk_widget.session.talk.responses import ResponseGate
from navtalk_widget.session.talk.tool_calls import ToolCalls, news_of, use_of
from navtalk_widget.session.talk.tool_filler import Filler
from navtalk_widget.session.talk.turns import TurnTracker
from navtalk_widget.tools.approval import Approvals
from navtalk_widget.tools.execution import ToolResult, ToolRunner
from navtalk_widget.tools.registry import ToolRegistry


class ToolWork:
    """Lets the service call tools, and tells turns, times and subscribers of it.

    Args:
        tools: what may be called.
        gate: where a sentence is asked for that is said meanwhile.
        turns: get the calls that an answer took.
        times: do not count the time that a call awaits approval.
        send: sends an event to the service.
        spoken: makes of a sentence the `response` of a `response.create` that has it said.
        interruptible: whether the person interrupts by speaking.
        publish: tells news to the subscribers.
        changed: called after a call has begun, gone on or ended, with an error if something went wrong.
        answer_due: called when there is something to answer; not if all calls were called off.
    """

    def __init__(
        self,
        tools: ToolRegistry,
        gate: ResponseGate,
        turns: TurnTracker,
        times: AnswerTimes,
        *,
        send: Callable[[Event], None],
        spoken: Callable[[str], dict[str, Any]],
        interruptible: Callable[[], bool],
        publish: Callable[[News], None],
        changed: Callable[[NavTalkError | None], None],
        answer_due: Callable[[], None],
    ) -> None:
        self.approvals = Approvals()
        self._gate = gate
        self._turns = turns
        self._times = times
        self._publish = publish
        self._changed = changed
        self._answer_due = answer_due
        self._filler = Filler(tools, gate, spoken, lambda: changed(None))
        self._calls = ToolCalls(
            ToolRunner(tools, self.approvals),
            send=send,
            interruptible=interruptible,
            changed=self._call_changed,
            finished=self._call_finished,
            repeated=self._call_repeated,
            all_finished=self._all_finished,
        )

    @property
    def running(self) -> int:
        """How many calls have not ended."""
        return self._calls.running

    def note(self, event: Event) -> bool:
        """Take in what the service says. Returns whether the person has interrupted a call with it."""
        return self._calls.note(event)

    def note_quiet(self, quiet: bool) -> None:
        """Take in whether nobody speaks, and nothing is about to be said."""
        self._filler.note_quiet(quiet)

    def hush(self) -> None:
        """The person speaks: nothing is said meanwhile."""
        self._filler.hush()

    def call_off(self) -> bool:
        """The person interrupts in writing: what is not to go on then is called off. Returns whether anything is."""
        return self._calls.call_off()

    def call_off_all(self) -> bool:
        """The person wants no more: nor is anything done that awaits approval. Returns whether anything is ended."""
        return self.approvals.call_off() | self._calls.call_off()

    def disconnect(self, *, heard: bool) -> None:
        """The connection is gone, and the tools run on; `heard` tells whether anything of the last answer was."""
        self._filler.note_quiet(False)
        self._calls.disconnect(heard=heard)

    def reconnect(self) -> None:
        """There is a new connection: its service is told the results that it needs."""
        self._calls.reconnect()

    async def close(self) -> None:
        """Cancel what runs."""
        self._filler.end()
        await self._calls.close()

    def _call_changed(self, news: ToolCallChanged) -> None:
        self._tell(news)
        self._changed(None)

    def _call_finished(self, result: ToolResult) -> None:
        self._turns.note_tool(use_of(result))
        self._tell(news_of(result))
        self._changed(None if result.denied or result.called_off else result.error)

    def _call_repeated(self) -> None:
        if self._gate.active:  # nothing but the call is in this answer
            self._answer_due()

    def _all_finished(self, to_answer: bool) -> None:
        if to_answer:
            self._answer_due()
        self._changed(None)

    def _tell(self, news: ToolCallChanged) -> None:
        self._times.note_tool(news)
        self._filler.note_call(news)
        self._publish(news)
