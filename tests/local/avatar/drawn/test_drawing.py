from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.drawn.drawing import MAX_SIZE, fill, read_drawing

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 320 400"'


def refusal(file: Path, text: str) -> str:
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_drawing(file)
    assert str(file) in str(caught.value)
    return str(caught.value)


def read(file: Path, inside: str) -> str:
    file.write_text(f"<svg {SVG}>{inside}</svg>", "utf-8")
    return read_drawing(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "head.svg"


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0" fill="url(#skin)" clip-path="url( \'#face\' )"/>',
        '<use href="#eye"/><use xlink:href="#eye"/>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        "<style>.a { fill: url(#skin) }</style>",
    ],
)
def test_a_drawing_may_refer_to_itself(file: Path, inside: str) -> None:
    assert inside in read(file, inside)


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="/etc/passwd.png"/>',
        '<image xlink:href="photo.png"/>',
        '<image href="file:///photo.png"/>',
        '<image href="https://example.org/photo.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
        '<use href="other.svg#eye"/>',
        '<path fill="url(other.svg#skin)"/>',
        "<path style=\"fill: url( 'other.svg#skin' )\"/>",
        "<style>@import 'other.css';</style>",
        '<filter id="f"><feImage href="photo.png"/></filter>',
    ],
)
def test_a_drawing_that_refers_to_anything_else_is_refused(file: Path, inside: str) -> None:
    assert "refers to" in refusal(file, f"<svg {SVG}>{inside}</svg>")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {SVG}/>', "has a document type"),
        (f"<svg {SVG}>", "is not well-formed XML"),
        ("<html/>", "begins with <html>"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"/>', "has the viewBox '0 0 100 100'"),
        (f"<svg {SVG}><text>Hello</text></svg>", "contains <text>"),
        (f"<svg {SVG}>{' ' * MAX_SIZE}</svg>", "bytes"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(file: Path, text: str, words: str) -> None:
    assert words in refusal(file, text)


def test_what_is_no_text_is_refused_in_words(file: Path) -> None:
    file.write_bytes(b"\x1f\x8b\xff\xfe")
    with pytest.raises(ConfigurationError, match="not text in UTF-8"):
        read_drawing(file)


def test_placeholders_are_filled() -> None:
    assert fill("head.svg", "$skin and $$", {"skin": "#ffffff"}) == "#ffffff and $"


@pytest.mark.parametrize(("text", "words"), [("$skin", r"uses \$skin"), ("5 $", r"begins no placeholder")])
def test_a_placeholder_that_nothing_fills_is_named(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        fill("head.svg", text, {})
