from __future__ import annotations

from typing import Any

from navtalk_widget.engines.responder import Message, ResponseRequest
from navtalk_widget.local.responders.chat.chat_messages import (
    GREETING,
    HISTORY_CHARACTERS,
    NO_RESULT,
    SPOKEN,
    UNSEEN,
    chat_messages,
)

PICTURE = "data:image/png;base64,AA=="


def call(id: str, name: str = "add", arguments: str = "{}") -> Message:
    return Message("assistant", arguments, name=name, call_id=id)


def result(id: str, text: str) -> Message:
    return Message("tool", text, name="add", call_id=id)


def told(*messages: Message, **options: Any) -> list[dict[str, Any]]:
    """What the endpoint is told after the system's message."""
    return chat_messages(ResponseRequest(messages), **options)[1:]


def test_the_instructions_come_first_with_a_word_on_speaking() -> None:
    first = chat_messages(ResponseRequest((Message("user", "Hi"),), instructions="You are Leo."))[0]
    assert first == {"role": "system", "content": f"You are Leo.\n\n{SPOKEN}"}


def test_before_anybody_has_spoken_a_greeting_is_asked_for() -> None:
    assert told() == [{"role": "user", "content": GREETING}]


def test_parallel_calls_are_told_as_one_message_with_their_results_behind_it() -> None:
    messages = told(
        Message("user", "Both?"),
        Message("assistant", "Let me see."),
        call("c1", arguments='{"a": 1}'),
        call("c2"),
        result("c1", "3"),
        result("c2", "4"),
    )
    assert [message["role"] for message in messages] == ["user", "assistant", "assistant", "tool", "tool"]
    assert [each["id"] for each in messages[2]["tool_calls"]] == ["c1", "c2"]
    assert messages[2]["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert [(each["tool_call_id"], each["content"]) for each in messages[3:]] == [("c1", "3"), ("c2", "4")]


def test_a_result_that_comes_late_or_never_does_not_break_the_rules_of_the_api() -> None:
    messages = told(call("c1"), call("c2"), Message("user", "Well?"), result("c2", "4"))
    assert [message["role"] for message in messages] == ["assistant", "tool", "tool", "user"]
    assert [message["content"] for message in messages[1:3]] == [NO_RESULT, "4"]


def test_a_result_whose_call_is_forgotten_is_left_out() -> None:
    assert told(result("c1", "3"), Message("user", "Hi")) == [{"role": "user", "content": "Hi"}]


def test_pictures_are_parts_of_the_message() -> None:
    [message] = told(Message("user", "What is this?", images=(PICTURE,)))
    assert message["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
    ]
    [message] = told(Message("user", "", images=(PICTURE,)))
    assert [part["type"] for part in message["content"]] == ["image_url"]


def test_a_model_that_cannot_see_is_told_so() -> None:
    [message] = told(Message("user", "Look!", images=(PICTURE,)), with_pictures=False)
    assert message["content"] == f"Look!\n{UNSEEN}"


def test_the_oldest_messages_are_left_out_of_a_long_conversation() -> None:
    messages = told(*(Message("user", f"{number} " + "x" * 1_000) for number in range(100)))
    assert sum(len(message["content"]) for message in messages) <= HISTORY_CHARACTERS
    assert len(messages) > 20
    assert messages[-1]["content"].startswith("99 ")


def test_the_newest_message_is_told_however_long_it_is() -> None:
    [message] = told(Message("user", "Old"), Message("user", "x" * 2 * HISTORY_CHARACTERS))
    assert len(message["content"]) == HISTORY_CHARACTERS + 1
