import pytest

from navtalk_widget.local.talk.clause_buffer import ClauseBuffer


def test_a_clause_is_given_out_when_the_next_one_has_begun() -> None:
    buffer = ClauseBuffer()
    assert buffer.add("Hello there.") == ""
    assert buffer.add(" How") == "Hello there. "
    assert buffer.rest() == "How"
    assert buffer.rest() == ""


@pytest.mark.parametrize(
    "text", ["Hello there.", "Is it? ", 'She said "Go!"', "你好。", "It is 5 p.m. now!", "I know."]
)
def test_the_end_of_a_sentence_may_be_all_there_is(text: str) -> None:
    buffer = ClauseBuffer()
    buffer.add(text)
    assert buffer.holds_sentence


@pytest.mark.parametrize(
    "text", ["", " ", "Hello", "Hello,", "Ask Dr.", "I am J.", "In the U.S.", "e.g.", "It costs 3."]
)
def test_what_may_go_on_is_waited_for(text: str) -> None:
    buffer = ClauseBuffer()
    buffer.add(text)
    assert not buffer.holds_sentence
