from __future__ import annotations

import numpy as np
import pytest

from navtalk_widget.engines.responder import Message
from navtalk_widget.engines.spoken import SpokenPiece, Word
from navtalk_widget.local.talk.history import MAX_CHARACTERS, MAX_ITEMS, MAX_PICTURES, ROOT, History, ItemError
from navtalk_widget.protocol.items import ContentPart, Item, assistant_text, function_output, user_text

CALL = Item(type="function_call", call_id="c1", name="add", arguments="{}")


def picture(name: str, text: str = "") -> Item:
    parts = [ContentPart(type="input_image", image_url=f"data:image/png;base64,{name}")]
    return Item(role="user", content=(*parts, *([ContentPart(type="input_text", text=text)] if text else [])))


def system(text: str) -> Item:
    return Item(role="system", content=(ContentPart(type="input_text", text=text),))


def clause(text: str, seconds: float) -> SpokenPiece:
    words = text.split()
    times = (Word(word, place * seconds / len(words)) for place, word in enumerate(words))
    return SpokenPiece(text, np.zeros(round(seconds * 24_000), np.int16), (), tuple(times))


def spoken(*clauses: SpokenPiece) -> History:
    """An answer that is still being played."""
    history = History()
    history.begin("answer", "assistant", "audio")
    for each in clauses:
        history.add_clause("answer", each)
    history.set_text("answer", "".join(each.text for each in clauses).strip())
    return history


def test_items_stay_in_the_order_in_which_they_began() -> None:
    history = History()
    history.begin("spoken", "user", "input_audio")
    history.add_item("typed", user_text("And this."))
    history.set_text("spoken", "I say something.")
    assert history.messages == (Message("user", "I say something."), Message("user", "And this."))
    assert history.last_id == "typed"


def test_an_item_may_be_put_before_others() -> None:
    history = History()
    for item_id in ("a", "c"):
        history.add_item(item_id, user_text(item_id))
    history.add_item("b", user_text("b"), "a")
    history.add_item("first", user_text("first"), ROOT)
    assert [message.text for message in history.messages] == ["first", "a", "b", "c"]
    assert history.last_id == "c"
    with pytest.raises(ItemError, match="nowhere") as refused:
        history.add_item("d", user_text("d"), "nowhere")
    assert refused.value.code == "item_not_found"


def test_what_has_no_words_is_left_out() -> None:
    history = History()
    history.begin("cough", "user", "input_audio")
    history.begin("cut", "assistant", "audio")
    history.set_text("cut", "All of it.")
    history.set_text("cut", "")
    assert history.messages == ()


def test_a_result_is_joined_to_its_call() -> None:
    history = History()
    history.add_call("call", CALL)
    history.add_item("result", function_output("c1", ""))
    assert history.messages[-1] == Message("tool", "", name="add", call_id="c1")


def test_the_result_of_a_call_in_a_replayed_history_is_taken() -> None:
    history = History()
    history.add_item("call", CALL)
    history.add_item("result", function_output("c1", "3"))
    assert history.messages == (
        Message("assistant", "{}", name="add", call_id="c1"),
        Message("tool", "3", name="add", call_id="c1"),
    )


def test_instructions_added_on_the_way_follow_those_of_the_session() -> None:
    history = History()
    history.add_item("s", system("Now whisper."))
    assert history.instructions("Be kind.") == "Be kind.\nNow whisper."
    assert history.instructions("") == "Now whisper."
    assert history.messages == ()


def test_the_oldest_is_forgotten_beyond_either_bound() -> None:
    history = History()
    history.add_item("s", system("Whisper."))
    for number in range(MAX_ITEMS + 9):
        history.add_item(f"i{number}", user_text(f"line {number}"))
    assert len(history.messages) == MAX_ITEMS - 1
    assert history.messages[0].text == "line 10"
    assert history.instructions("") == "Whisper.", "instructions outlast what was said"
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
        Item(role="user", content=(ContentPart(type="input_image", image_url="http://example.org/cat.png"),)),
    ],
)
def test_an_item_that_lacks_something_is_refused(item: Item) -> None:
    history = History()
    with pytest.raises(ItemError, match=r"^item\."):
        history.add_item("x", item)
    assert history.messages == ()
    assert history.last_id is None


def test_an_identifier_names_one_item_only() -> None:
    history = History()
    history.add_item("x", user_text("first"))
    with pytest.raises(ItemError, match="already"):
        history.add_item("x", user_text("second"))
    assert history.messages == (Message("user", "first"),)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_pictures_are_kept_and_the_words_beside_the_others() -> None:
    history = History()
    history.add_item("worded", picture("old", "Look!"))
    for number in range(MAX_PICTURES + 3):
        history.add_item(f"p{number}", picture(str(number)))
    first, *shown = history.messages
    assert first == Message("user", "Look!")
    assert [message.images[0][-1] for message in shown] == ["3", "4", "5", "6"]
    assert all(message.text == "" for message in shown)


def test_a_camera_does_not_drive_out_what_was_said() -> None:
    history = History()
    history.add_item("said", user_text("Watch me."))
    for number in range(2 * MAX_ITEMS):
        history.add_item(f"p{number}", picture(str(number)))
    assert history.messages[0] == Message("user", "Watch me.")
    assert len(history.messages) == 1 + MAX_PICTURES


def test_pictures_are_bounded_in_size_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.local.talk.history.MAX_PICTURE_CHARACTERS", 1_000)
    history = History()
    history.add_item("one", picture("A" * 600))
    history.add_item("two", picture("B" * 600))
    assert [message.images[0][-1] for message in history.messages] == ["B"]


# ── looking up, shortening, deleting ─────────────────────────────────────────────────────────────────────


def test_an_item_is_shown_without_its_picture_and_without_what_means_nothing() -> None:
    item = picture("A", "Look!").model_copy(update={"colour": "red"})
    history = History()
    taken = history.add_item("x", item)
    assert taken == history.item("x")
    assert taken.model_dump(exclude_none=True) == {
        "id": "x",
        "object": "realtime.item",
        "type": "message",
        "status": "completed",
        "role": "user",
        "content": ({"type": "input_image"}, {"type": "input_text", "text": "Look!"}),
    }


def test_an_answer_is_cut_to_what_was_heard_of_it() -> None:
    history = spoken(clause("One two, ", 1.0), clause("three four. ", 1.0))
    history.truncate("answer", 0, 1_400)
    assert history.messages == (Message("assistant", "One two, three"),)
    with pytest.raises(ItemError, match="1400 ms"):
        history.truncate("answer", 0, 1_401)
    history.truncate("answer", 0, 1_000)
    assert history.messages == (Message("assistant", "One two,"),)
    history.truncate("answer", 0, 0)
    assert not history.messages


def test_the_client_knows_better_than_the_service_what_was_heard() -> None:
    history = spoken(clause("One two, ", 1.0), clause("three four. ", 1.0))
    history.set_text("answer", "One")
    history.truncate("answer", 0, 1_600)
    assert history.messages == (Message("assistant", "One two, three four."),)


@pytest.mark.parametrize(("part", "end_ms"), [(1, 500), (0, 1_001), (0, -1)])
def test_an_answer_is_not_cut_beyond_its_end(part: int, end_ms: int) -> None:
    history = spoken(clause("One two.", 1.0))
    with pytest.raises(ItemError) as refused:
        history.truncate("answer", part, end_ms)
    assert refused.value.code == "invalid_value"
    assert history.messages == (Message("assistant", "One two."),)


def test_only_spoken_answers_are_cut() -> None:
    history = History()
    history.add_item("typed", user_text("Hello."))
    history.begin("spoken", "user", "input_audio")
    history.begin("written", "assistant", "text")
    for item_id in ("typed", "spoken", "written"):
        with pytest.raises(ItemError, match="only spoken answers"):
            history.truncate(item_id, 0, 0)


def test_a_deleted_item_is_gone() -> None:
    history = History()
    history.add_item("a", user_text("a"))
    history.add_item("b", user_text("b"))
    history.delete("b")
    assert history.messages == (Message("user", "a"),)
    assert history.last_id == "a"
    for missing in (lambda: history.delete("b"), lambda: history.item("b"), lambda: history.truncate("b", 0, 0)):
        with pytest.raises(ItemError) as refused:
            missing()
        assert refused.value.code == "item_not_found"
