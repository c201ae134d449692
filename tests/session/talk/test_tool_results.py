"""Results of calls, and who has been told."""

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.talk.tool_results import REMEMBERED, ToolResults


def test_results_of_which_no_answer_makes_use_are_not_kept_for_ever() -> None:
    sent: list[Event] = []
    results = ToolResults(sent.append)
    for number in range(2 * REMEMBERED):
        results.end(results.begin(f"c{number}", "work", "{}"), "done")
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
    made = results.begin("c", "work", "")
    results.disconnect(heard=False)
    results.end(made, "done")
    assert sent == []
    results.reconnect()
    call = sent[0]
    assert isinstance(call, events.ConversationItemCreate)
    assert (call.item.type, call.item.arguments) == ("function_call", "{}")


# ── which call is the same ───────────────────────────────────────────────────────────────────────────────


def called(arguments: str = '{"a": 1, "b": [2]}', *, returned: bool = True) -> ToolResults:
    """Results after a connection in which one call was made, at the beginning of the next."""
    results = ToolResults(lambda event: None)
    made = results.begin("c", "work", arguments)
    if returned:
        results.end(made, "done")
    results.disconnect(heard=True)
    results.reconnect()
    return results


@pytest.mark.parametrize("arguments", ['{"a": 1, "b": [2]}', '{"b":[2],"a":1}'])
@pytest.mark.parametrize("returned", [True, False])
def test_a_call_is_the_one_before_however_its_arguments_are_written(arguments: str, returned: bool) -> None:
    assert called(returned=returned).find("c", "work", arguments) is not None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("play", '{"a": 1, "b": [2]}'),
        ("work", '{"a": true, "b": [2]}'),
        ("work", '{"a": "1", "b": [2]}'),
        ("work", "{}"),
        ("work", '{"a": 1, "b": [2]'),
    ],
)
def test_another_tool_or_other_arguments_are_another_call(name: str, arguments: str) -> None:
    assert called().find("c", name, arguments) is None


def test_what_is_no_json_is_the_same_if_it_is_the_same_text() -> None:
    results = called("half a")
    assert results.find("c", "work", "half a") is not None
    assert results.find("c", "work", "half a ") is None


def test_a_new_identifier_is_the_same_call_only_while_that_runs() -> None:
    arguments = '{"a": 1, "b": [2]}'
    assert called(returned=False).find("new", "work", arguments) is not None
    assert called(returned=True).find("new", "work", arguments) is None


def test_within_a_connection_a_new_identifier_is_a_new_call() -> None:
    results = ToolResults(lambda event: None)
    results.begin("c", "work", "{}")
    assert results.find("d", "work", "{}") is None
