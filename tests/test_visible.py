"""Words of others on a terminal."""

import pytest

from navtalk_widget.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;mine\x07", r"\x1b[2J\x1b]0;mine\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("yes\rno\b\x7f\x00", r"yes\rno\x08\x7f\x00"),
        ("one\r\ntwo\n\tthree", "one\ntwo\n\tthree"),
        ("Grüß dich, 你好 😀", "Grüß dich, 你好 😀"),
    ],
)
def test_what_would_steer_a_terminal_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
