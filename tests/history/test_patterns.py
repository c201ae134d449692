"""The ready-made hook that blacks out what can be told by its form."""

import re

import pytest

from navtalk_widget.history import redact_patterns
from navtalk_widget.transcript import ToolUse
from tests.history.stores import turn


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Write to ada.lovelace+x@example.co.uk, please.", "Write to [redacted], please."),
        ("<müller@straße.de>", "<[redacted]>"),
        ("Call +49 (0)69 1234567 now", "Call [redacted] now"),
        ("(555) 123-4567 or 0049170/1234567.", "[redacted] or [redacted]."),
        ("room 12, at 12:30, for 1.50, on 2026-01-02", "room 12, at 12:30, for 1.50, on 2026-01-02"),
        ("card 1234 5678 9012 3456", "card [redacted]"),
        ("me at home, @ noon, @home.", "me at home, @ noon, @home."),
    ],
)
def test_addresses_and_numbers_are_replaced(said: str, stored: str) -> None:
    assert redact_patterns()(turn(1, said)).text == stored


def test_it_reads_what_was_heard_and_what_tools_were_given_and_returned() -> None:
    use = ToolUse(
        call_id="c",
        name="call",
        arguments={"to": ["069 1234567"], "n": 691234567, "few": 3, "ok": True, "a@b.de": {"x": None}},
        result="called 069 1234567",
        error="a@b.de is away",
    )
    redacted = redact_patterns(instead="-")(turn(1, "a@b.de", text_heard="a@b.de", role="avatar", tool_calls=(use,)))
    (cleaned,) = redacted.tool_calls
    assert (redacted.text, redacted.text_heard) == ("-", "-")
    assert cleaned.arguments == {"to": ["-"], "n": "-", "few": 3, "ok": True, "-": {"x": None}}
    assert (cleaned.result, cleaned.error, cleaned.name) == ("called -", "- is away", "call")


def test_it_is_chosen_what_is_replaced() -> None:
    said = turn(1, "Patient 12 of a@b.de, 069 1234567")
    assert redact_patterns(emails=False, phones=False, also=["patient [0-9]+"])(said).text == (
        "[redacted] of a@b.de, 069 1234567"
    )
    assert redact_patterns(phones=False)(said).text == "Patient 12 of [redacted], 069 1234567"
    with pytest.raises(re.error):
        redact_patterns(also=["("])


def test_what_is_put_in_its_place_is_taken_as_it_is() -> None:
    assert redact_patterns(instead=r"\1")(turn(1, "a@b.de")).text == r"\1"


def test_long_texts_take_no_long_time() -> None:
    # Where time goes with the square of the length, this takes minutes.
    said = turn(1, "1-" * 200_000 + "a" * 200_000 + "@" * 200_000 + "." * 200_000)
    assert redact_patterns()(said).text.startswith("[redacted]-aaa")
