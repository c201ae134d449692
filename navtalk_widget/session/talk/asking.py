"""Who asks for an answer, and when.

What the person types, or wants by a verb, is asked for at once. Results of tools are due an answer, and so is what a
lost connection has left without one: that is asked for when nobody speaks and no tool runs, unless the service answers
before, by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.talk.owed import Owed
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.responses import ResponseGate
from navtalk_widget.transcript.turn import Turn


class Asking:
    """Asks for answers, and tells whoever waits for one what becomes of it.

    Args:
        gate: lets one answer through at a time.
        busy: whether what is due waits: tools run, or nothing can be sent.
        changed: called when an answer was asked for.
    """

    def __init__(self, gate: ResponseGate, *, busy: Callable[[], bool], changed: Callable[[], None]) -> None:
        self._gate = gate
        self._busy = busy
        self._changed = changed
        self._owed = Owed()
        self._collector: ReplyCollector | None = None
        self._uttered: dict[str, Any] | None = None
        self._person_speaks = False
        self._due = False

    @property
    def person_speaks(self) -> bool:
        """Whether the person is speaking."""
        return self._person_speaks

    @property
    def last_answer_heard(self) -> bool:
        """Whether anything of the avatar's last answer was heard."""
        return self._owed.last_answer_heard

    def had(self, answer: str) -> bool:
        """Whether whoever waited last has had the whole of an answer."""
        return self._collector is not None and self._collector.had(answer)

    def note(self, event: Event, *, uttered: bool) -> None:
        """Take in what the service says.

        Args:
            event: what it says.
            uttered: whether it belongs to what is said without being an answer to anything.
        """
        match event:
            case events.SpeechStarted():
                self._person_speaks = True
            case events.SpeechStopped():
                self._person_speaks = False
            case events.ResponseCreated() if self._due and not uttered:
                self._due = False  # the service answers what was said, and the tools' results with it
                if self._collector is not None:
                    self._collector.begin(event.response.id)
            case events.FunctionCallArgumentsDone() if not uttered:
                self._gate.withdraw_answer()

    def note_turn(self, turn: Turn) -> None:
        """Take in a turn of the person, or an answer, or its change."""
        self._owed.note(turn)

    def expect(self, collector: ReplyCollector | None) -> ReplyCollector | None:
        """The next answer is for whoever this is, and nobody else. Returns who waited before."""
        before, self._collector, self._uttered = self._collector, collector, None
        if before is not None:
            before.interrupt()
        return before

    def utter(self, response: dict[str, Any], collector: ReplyCollector) -> None:
        """Have something said that is no answer, after what is being said.

        Args:
            response: what it is, as `response.create` has it.
            collector: of whoever waits for it.
        """
        self.expect(collector)
        self._uttered = response
        self._gate.request(collector, response)
        self._changed()

    def now(self) -> None:
        """Ask for an answer now, or after the one under way."""
        self._gate.request(self._collector)
        self._changed()

    def note_due(self) -> None:
        """There is something to answer that nobody has asked about in words."""
        self._due = True
        self.when_quiet()

    def when_quiet(self) -> None:
        """Ask for what is due once nobody speaks and no tool runs; an answer under way may yet call another one."""
        if self._due and not (self._person_speaks or self._gate.active or self._busy()):
            self._due = False
            self.now()

    def decline(self) -> None:
        """The person wants no answer to what was said last."""
        self._owed.decline()

    def drop_due(self) -> None:
        """What was due is to be answered no more: something else is said, or nothing."""
        self._due = False

    def nothing_follows(self) -> None:
        """Whoever waits has all that there will be."""
        if self._collector is not None:
            self._collector.interrupt()

    def give_up(self, error: NavTalkError) -> None:
        """No answer comes."""
        self._due = False
        if self._collector is not None:
            self._collector.fail(error)

    def suspend(self, heard: Callable[[str], bool]) -> None:
        """The connection is lost. What was asked for, and not heard at all, is to be asked for again.

        Args:
            heard: tells whether anything of an answer was heard.
        """
        under_way = self._gate.answer
        if self._gate.asked and not (under_way is not None and heard(under_way)):
            self._owed.lose_request()
        self._person_speaks = False
        if self._collector is not None and self._collector.waiting:
            self._collector.restart()

    def resume(self, *, to_speech: bool) -> None:
        """There is a new connection: ask for what is owed, and for what somebody waits for.

        Args:
            to_speech: whether the service answers by itself what it hears.
        """
        owed = self._owed.collect(to_speech=to_speech)
        waits = self._collector is not None and self._collector.waiting
        if waits and self._uttered is not None:
            self._gate.request(self._collector, self._uttered)
            waits = False
        self._due = self._due or owed or waits
        self.when_quiet()
