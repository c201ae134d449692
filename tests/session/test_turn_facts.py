"""What is learnt of turns besides their words."""

from __future__ import annotations

from datetime import datetime, timezone

from navtalk_widget.session.followed import Followed
from navtalk_widget.session.news import TurnChanged
from navtalk_widget.session.turn_facts import REMEMBERED, TurnFacts
from navtalk_widget.transcript.turn import Latency, Turn

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
LATENCY = Latency(heard_ms=312.0)


def turn(text: str = "Hello.", id: str = "a") -> Turn:
    return Turn(id=id, role="avatar", text=text, started_at=NOON)


class Talk(Followed):
    """A session's state, into which turns are put by hand."""

    def __init__(self) -> None:
        super().__init__("navtalk.Leo")
        self.told: list[Turn] = []
        self.on("turn", lambda news: self.told.append(news.turn))

    def say(self, turn: Turn) -> None:
        self._publish(TurnChanged(turn))


def test_every_turn_says_whose_it_is_and_of_which_conversation() -> None:
    talk = Talk()
    talk.say(turn())
    assert talk.transcript[0].character == "navtalk.Leo"
    assert talk.transcript[0].conversation_id == talk.conversation_id != ""
    assert talk.told == list(talk.transcript)


def test_what_is_learnt_of_a_turn_is_told_at_once_and_stays_when_the_turn_goes_on() -> None:
    talk = Talk()
    talk.say(turn("Hel"))
    talk.annotate("a", latency=LATENCY)
    assert talk.told[-1].latency == LATENCY
    talk.say(turn("Hello."))
    assert (talk.transcript[0].text, talk.transcript[0].latency) == ("Hello.", LATENCY)


def test_something_may_be_learnt_before_there_are_words() -> None:
    talk = Talk()
    talk.annotate("a", latency=LATENCY)
    assert not talk.told
    talk.say(turn())
    assert talk.transcript[0].latency == LATENCY


def test_two_facts_of_one_turn_are_both_kept() -> None:
    facts = TurnFacts()
    facts.learn("a", latency=LATENCY)
    facts.learn("a", interrupted=True)
    added = facts.added_to(turn())
    assert added.latency == LATENCY
    assert added.interrupted


def test_only_so_many_turns_are_remembered_and_the_oldest_is_forgotten_first() -> None:
    facts = TurnFacts()
    for number in range(REMEMBERED + 1):
        facts.learn(f"t{number}", latency=LATENCY)
    assert facts.added_to(turn(id="t0")).latency is None
    assert facts.added_to(turn(id="t1")).latency == LATENCY
