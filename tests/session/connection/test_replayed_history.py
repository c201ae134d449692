from datetime import datetime, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.connection.replayed_history import CHARACTERS, TURNS, replayed
from navtalk_widget.transcript.turn import Role, Turn


def turn(number: int, text: str, role: Role = "user", heard: str | None = None) -> Turn:
    now = datetime.now(timezone.utc)
    return Turn(id=str(number), role=role, text=text, text_heard=heard, started_at=now, final=True)


def told(history: list[Event]) -> list[tuple[str | None, str]]:
    return [(event.item.role, event.item.text) for event in history if isinstance(event, events.ConversationItemCreate)]


def test_both_sides_are_told_oldest_first() -> None:
    history = replayed([turn(1, "Hello"), turn(2, "Good day", "avatar"), turn(3, "")])
    assert told(history) == [("user", "Hello"), ("assistant", "Good day")]


def test_only_the_newest_turns_are_told() -> None:
    history = replayed([turn(number, str(number)) for number in range(TURNS + 5)])
    assert [text for _, text in told(history)] == [str(number) for number in range(5, TURNS + 5)]


def test_long_turns_leave_room_for_fewer() -> None:
    history = replayed([turn(number, "x" * (CHARACTERS // 2)) for number in range(4)])
    assert len(history) == 2


def test_of_a_turn_that_is_too_long_the_beginning_is_told() -> None:
    history = replayed([turn(1, "My name is Ada."), turn(2, "y" * (CHARACTERS - 10)), turn(3, "z" * 5)])
    assert [len(text) for _, text in told(history)] == [5, CHARACTERS - 10, 5]
    assert told(history)[0] == ("user", "My na")
    assert len(told(replayed([turn(1, "x" * (CHARACTERS + 1))]))[0][1]) == CHARACTERS


def test_of_an_answer_that_was_cut_short_only_what_was_heard_is_told() -> None:
    history = replayed([turn(1, "I was about to say", "avatar", "I was"), turn(2, "Never heard", "avatar", "")])
    assert told(history) == [("assistant", "I was")]
