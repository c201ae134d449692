from __future__ import annotations

import pytest

from navtalk_widget.local.responders.chat.plain_text import MAX_HELD, PlainText


def plain(markdown: str, size: int) -> str:
    text = PlainText()
    return "".join(text.add(markdown[i : i + size]) for i in range(0, len(markdown), size)) + text.rest()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    ("markdown", "spoken"),
    [
        ("Just a sentence, and another one.", "Just a sentence, and another one."),
        ("# Opening hours\n\nWe open at nine.", "Opening hours\n\nWe open at nine."),
        ("This is **bold**, *slanted*, __heavy__ and `code`.", "This is bold, slanted, heavy and code."),
        ("- **Bold:** first\n* second\n  + third\n", "Bold: first\nsecond\nthird\n"),
        ("1. first\n2) second", "1. first\n2) second"),
        ("> quoted\n> - and listed", "quoted\nand listed"),
        ("See [the guide](https://a.b/c_(d)) or ![a map](x.png).", "See the guide or a map."),
        ("Write to <me@a.b>, see <https://a.b>.<br>Bye<b>!</b>", "Write to me@a.b, see https://a.b.\nBye!"),
        ("2 * 3 = 6, 2*3 too, a < b, snake_case, ~5, C#, item[0] [1]", None),
        ("Fish & chips! It's 5 - 3. Wow!", None),
        ("~~wrong~~ right", "wrong right"),
        ("\\*no emphasis\\*", "*no emphasis*"),
        ("Before\n\n---\n***\nAfter", "Before\n\nAfter"),
        ("```python\na * b  # **\n```\nDone.", "a * b  # **\nDone."),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n", "a , b \n1 , 2 \n"),
        ("An open [bracket", None),
        ("An open **star", "An open star"),
        ("我们**九点**开门。", "我们九点开门。"),
    ],
)
def test_markdown_is_read_as_words_whatever_pieces_it_comes_in(markdown: str, spoken: str | None, size: int) -> None:
    assert plain(markdown, size) == (markdown if spoken is None else spoken)


def test_ordinary_words_are_given_out_at_once() -> None:
    text = PlainText()
    assert text.add("Hello, ") == "Hello, "
    assert text.add("world") == "world"


def test_a_mark_waits_for_what_follows_it() -> None:
    text = PlainText()
    assert text.add("2 *") == "2 "
    assert text.add(" 3") == "* 3"


def test_what_never_becomes_a_link_is_not_held_for_ever() -> None:
    text = PlainText()
    said = text.add("[" + "x" * 2 * MAX_HELD)
    assert len(said) > MAX_HELD
