import json

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.json_text import MAX_DEPTH, read_object, write_object


def nested(depth: int) -> str:
    """A message with this many objects and arrays inside one another, itself among them."""
    return '{"type": "x", "a": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


def test_a_message_may_be_deep() -> None:
    assert json.loads(write_object(read_object(nested(MAX_DEPTH)))) == json.loads(nested(MAX_DEPTH))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 300, 900])
def test_a_message_that_is_too_deep_to_be_written_again_is_refused(depth: int) -> None:
    with pytest.raises(ProtocolError, match="inside one another"):
        read_object(nested(depth))


def test_a_message_may_be_wide() -> None:
    assert len(read_object('{"type": "x", "a": [' + ",".join(["[]"] * 1000) + "]}")["a"]) == 1000


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (r"a\ud83d", "a\ufffd"),
        (r"\uDE00b", "\ufffdb"),
        (r"\ud83d\ude00", "\N{GRINNING FACE}"),
        (r"\\ud83d", r"\ud83d"),
        ("\ud83d", "\ufffd"),
        ("é", "é"),
    ],
)
def test_a_character_cut_in_two_is_none(escaped: str, read: str) -> None:
    assert read_object(f'{{"type": "x", "{escaped}": "{escaped}"}}') == {"type": "x", read: read}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_says_nothing(number: str) -> None:
    assert read_object(f'{{"type": "x", "a": {number}}}')["a"] is None
