"""Results of calls, and who has been told."""

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.talk.tool_results import REMEMBERED, ToolResults


def test_results_of_which_no_answer_makes_use_are_not_kept_for_ever() -> None:
    sent: list[Event] = []
    results = ToolResults(sent.append)
    for number in range(2 * REMEMBERED):
        results.begin(f"c{number}", "work", "{}")
        results.end(f"c{number}", "done")
    assert len(sent) == 2 * REMEMBERED
    results.disconnect(heard=True)
    sent.clear()
    results.reconnect()
    told = [event.item.call_id for event in sent if isinstance(event, events.ConversationItemCreate)]
    assert told[::2] == [f"c{number}" for number in range(REMEMBERED, 2 * REMEMBERED)]
    assert told[1::2] == told[::2]


def test_arguments_that_are_missing_are_an_empty_object() -> None:
    sent: list[Event] = []
    results = ToolResults(sent.append)
    results.begin("c", "work", "")
    results.disconnect(heard=False)
    results.end("c", "done")
    assert sent == []
    results.reconnect()
    call = sent[0]
    assert isinstance(call, events.ConversationItemCreate)
    assert (call.item.type, call.item.arguments) == ("function_call", "{}")
