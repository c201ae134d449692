from __future__ import annotations

import pytest

from navtalk_widget.local.responders.chat.thoughts import WithoutThoughts


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>They ask for 2 < 3.</think>Yes.", "Yes."),
        ("Hello <thinking>a</think>b</thinking>there", "Hello there"),
        ("the end of a thought whose tag the template has: no, </think>Yes.", None),
        ("1 < 2 and <b>", "1 < 2 and <b>"),
        ("<think>cut off in thou", ""),
        ("it ends in <th", "it ends in <th"),
    ],
)
def test_thoughts_are_not_said(text: str, said: str | None, size: int) -> None:
    without = WithoutThoughts()
    spoken = "".join(without.add(text[i : i + size]) for i in range(0, len(text), size)) + without.rest()
    assert spoken == (text.replace("</think>", "") if said is None else said)
