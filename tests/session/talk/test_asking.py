"""When an answer is asked for that nobody has asked for in words."""

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.talk.asking import Asking
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.responses import ResponseGate
from tests.session.talking import call, created, done


class Desk:
    """Where answers are asked for, and what was sent."""

    def __init__(self) -> None:
        self.sent: list[Event] = []
        self.busy = False
        self.gate = ResponseGate(self.sent.append, lambda: None)
        self.asking = Asking(self.gate, busy=lambda: self.busy, changed=lambda: None)

    def hear(self, *heard: Event) -> None:
        for event in heard:
            self.gate.note(event)
            self.asking.note(event, uttered=False)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_due_waits_until_nobody_speaks_and_nothing_runs(desk: Desk) -> None:
    desk.busy = True
    desk.asking.note_due()
    desk.hear(events.SpeechStarted())
    desk.busy = False
    desk.asking.when_quiet()
    assert desk.sent == []
    desk.hear(events.SpeechStopped())
    desk.asking.when_quiet()
    desk.asking.when_quiet()
    assert [event.type for event in desk.sent] == ["response.create"]


def test_an_answer_under_way_comes_to_its_end_first(desk: Desk) -> None:
    desk.hear(created())
    desk.asking.note_due()
    assert desk.sent == []
    desk.hear(done())
    desk.asking.when_quiet()
    assert len(desk.sent) == 1


def test_an_answer_of_the_services_own_will_do(desk: Desk) -> None:
    desk.hear(events.SpeechStarted())
    desk.asking.note_due()
    desk.hear(events.SpeechStopped(), created(), done())
    desk.asking.when_quiet()
    assert desk.sent == []


def test_what_was_dropped_is_not_asked_for(desk: Desk) -> None:
    desk.hear(created())
    desk.asking.note_due()
    desk.asking.drop_due()
    desk.hear(done())
    desk.asking.when_quiet()
    assert desk.sent == []


def test_an_answer_that_calls_a_tool_is_followed_by_one_that_its_result_asks_for(desk: Desk) -> None:
    desk.hear(created())
    desk.asking.now()
    desk.hear(call("c", "work"), done())
    assert desk.sent == []


async def test_who_waits_learns_that_somebody_else_asks(desk: Desk) -> None:
    first, second = ReplyCollector(), ReplyCollector()
    assert desk.asking.expect(first) is None
    assert desk.asking.expect(second) is first
    assert (await first.reply()).interrupted
    assert second.waiting
