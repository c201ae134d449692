from __future__ import annotations

import pytest

from navtalk_widget.local.history import MAX_CHARACTERS, MAX_ITEMS, History
from navtalk_widget.local.responders.responder import Message
from navtalk_widget.protocol.items import ContentPart, Item, assistant_text, function_output, user_text


def test_items_stay_in_the_order_in_which_they_began() -> None:
    history = History()
    history.add("spoken", Message("user", ""))
    history.add_item("typed", user_text("And this."))
    history.set_text("spoken", "I say something.")
    assert history.messages == (Message("user", "I say something."), Message("user", "And this."))
    assert history.last_id == "typed"


def test_what_has_no_words_is_left_out() -> None:
    history = History()
    history.add("cough", Message("user", ""))
    history.add_item("picture", Item(role="user", content=(ContentPart(type="input_image", image_url="data:"),)))
    history.add("cut", Message("assistant", "All of it."))
    history.set_text("cut", "")
    assert history.messages == ()


def test_a_result_is_joined_to_its_call() -> None:
    history = History()
    history.add("call", Message("assistant", "{}", name="add", call_id="c1"))
    history.add_item("result", function_output("c1", ""))
    assert history.messages[-1] == Message("tool", "", name="add", call_id="c1")


def test_instructions_added_on_the_way_follow_those_of_the_session() -> None:
    history = History()
    history.add_item("s", Item(role="system", content=(ContentPart(type="input_text", text="Now whisper."),)))
    assert history.instructions("Be kind.") == "Be kind.\nNow whisper."
    assert history.instructions("") == "Now whisper."
    assert history.messages == ()


def test_the_oldest_is_forgotten_beyond_either_bound() -> None:
    history = History()
    for number in range(MAX_ITEMS + 10):
        history.add_item(f"i{number}", user_text(f"line {number}"))
    assert len(history.messages) == MAX_ITEMS
    assert history.messages[0].text == "line 10"
    history.add_item("long", assistant_text("x" * (MAX_CHARACTERS + 1)))
    assert [message.role for message in history.messages] == ["assistant"]
    history.set_text("i5", "forgotten things stay forgotten")
    assert len(history.messages) == 1


@pytest.mark.parametrize(
    "item",
    [
        Item(content=(ContentPart(type="input_text", text="whose?"),)),
        Item(type="function_call", call_id="c", arguments="{}"),
        Item(type="function_call", name="add", arguments="{}"),
        Item(type="function_call_output", output="1"),
        function_output("never_called", "1"),
    ],
)
def test_an_item_that_lacks_something_is_refused(item: Item) -> None:
    history = History()
    with pytest.raises(ValueError, match=r"^item\."):
        history.add_item("x", item)
    assert history.messages == ()
    assert history.last_id is None
