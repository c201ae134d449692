"""Requests that wait, and which of them become one."""

from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.waiting_requests import Request, WaitingRequests

GREETING = {"say": "Welcome."}


def responses(waiting: WaitingRequests) -> list[object]:
    return [request.response for request in waiting]


async def test_two_for_an_answer_are_one_of_who_asked_last_and_waits() -> None:
    waiting, first, second = WaitingRequests(), ReplyCollector(), ReplyCollector()
    for collector in (None, first, second, None):
        waiting.add(collector, None)
    assert len(waiting) == 1
    assert waiting.first.collector is second


def test_what_is_to_be_said_keeps_its_place() -> None:
    waiting = WaitingRequests()
    waiting.add(None, GREETING)
    waiting.add(None, None)
    waiting.add(None, dict(GREETING))
    waiting.add(None, None)
    assert responses(waiting) == [GREETING, None, GREETING]
    waiting.withdraw(GREETING)
    assert responses(waiting) == [None, GREETING], "the other one is not meant"
    waiting.withdraw_answer()
    assert responses(waiting) == [GREETING]


async def test_one_that_was_refused_comes_first_and_takes_the_place_of_one_for_which_nobody_waits() -> None:
    waiting, refused = WaitingRequests(), Request(ReplyCollector())
    waiting.add(None, GREETING)
    waiting.add(None, None)
    waiting.put_back(refused)
    assert responses(waiting) == [None, GREETING]
    assert waiting.first is refused


async def test_one_that_was_refused_gives_way_to_one_for_which_somebody_waits() -> None:
    waiting, collector = WaitingRequests(), ReplyCollector()
    waiting.add(collector, None)
    waiting.put_back(Request(None))
    assert [request.collector for request in waiting] == [collector]


async def test_who_waits_learns_that_none_is_made() -> None:
    waiting, collector = WaitingRequests(), ReplyCollector()
    waiting.add(None, GREETING)
    waiting.add(collector, None)
    waiting.interrupt()
    assert not waiting
    assert (await collector.reply()).interrupted
