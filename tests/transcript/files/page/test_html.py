"""The transcript as a page."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.transcript import Recorded, ToolUse, Transcript
from navtalk_widget.transcript.files.page import sounds
from tests.transcript.turns import said


class Page(HTMLParser):
    """What is in a page: its elements with their attributes, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def recorded_talk(folder: Path, *names: str) -> Transcript:
    turns = []
    for number, name in enumerate(names):
        (folder / name).write_bytes(b"RIFF" + bytes([number]))
        place = Recorded(path=str(folder / name), start_ms=1000.0 * number + 250, end_ms=None)
        turns.append(said(number, "Hello", recorded=place))
    return Transcript([*turns, said(99, "not recorded")])


def test_it_is_a_whole_page_that_needs_nothing_else() -> None:
    page = Page(Transcript([said(1, "Hello"), said(2, "Hi", "avatar", character="navtalk.Leo")]).to_html())
    assert page.open == []
    assert ("h1", "Conversation with Leo") in page.texts
    assert ("title", "Conversation with Leo") in page.texts
    assert ("span", "AI avatar") in page.texts
    assert [text for tag, text in page.texts if tag == "b"] == ["You", "Leo"]
    assert page.all("html") == [{"lang": "en"}]
    assert not [
        value for _, attributes in page.elements for name, value in attributes.items() if name in ("src", "href")
    ]


def test_an_empty_conversation_is_a_page_too() -> None:
    page = Page(Transcript.empty().to_html())
    assert ("p", "Nothing was said.") in page.texts


def test_words_are_text_wherever_they_come_from() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    use = ToolUse(call_id="c", name=evil, arguments={evil: evil}, result=evil)
    turns = [said(1, evil), said(2, f"{evil} and more", "avatar", text_heard=evil, interrupted=True, character=evil)]
    page = Page(Transcript([*turns, said(3, "", "avatar", tool_calls=(use,))]).to_html())
    assert page.open == []
    assert page.all("img") == []
    assert [attributes.get("type") for attributes in page.all("script")] == ["application/x-ndjson"]
    assert next(text for tag, text in page.texts if tag == "p") == evil


def test_what_was_not_heard_is_struck_out() -> None:
    cut = said(2, "Once upon a time", "avatar", text_heard="Once upon", interrupted=True)
    texts = Page(Transcript([cut]).to_html()).texts
    assert ("del", " a time") in texts
    assert ("span", "interrupted") in texts
    assert ("span", " (not heard: ") in texts


def test_calls_of_tools_can_be_looked_at() -> None:
    uses = (
        ToolUse(call_id="1", name="hours", arguments={"museum": "Prado"}, result="9 to 5"),
        ToolUse(call_id="2", name="price", error="no such museum"),
    )
    texts = Page(Transcript([said(1, "At 9.", "avatar", tool_calls=uses)]).to_html()).texts
    assert [text for tag, text in texts if tag == "summary"] == ["hours", "price failed"]
    assert [text for tag, text in texts if tag == "pre"] == [
        '{\n  "museum": "Prado"\n}',
        "9 to 5",
        "{}",
        "no such museum",
    ]


def test_without_audio_there_is_no_script_to_run(tmp_path: Path) -> None:
    html = recorded_talk(tmp_path, "talk.wav").to_html()
    assert Page(html).all("audio") == []
    assert Page(html).all("button") == []
    assert "<script>" not in html


def test_the_recording_is_in_the_page_and_each_turn_leads_to_its_place(tmp_path: Path) -> None:
    recorded_talk(tmp_path, "talk.wav", "more.ogg").to_html(tmp_path / "talk.html", audio=True)
    page = Page((tmp_path / "talk.html").read_text(encoding="utf-8"))
    assert [each["aria-label"] for each in page.all("audio")] == ["Recording 1", "Recording 2"]
    kinds, contents = zip(*(str(each["src"]).split(";base64,") for each in page.all("audio")), strict=True)
    assert [kind.partition("/")[0] for kind in kinds] == ["data:audio", "data:audio"]
    assert [base64.b64decode(content) for content in contents] == [b"RIFF\x00", b"RIFF\x01"]
    assert [(each.get("data-sound"), each.get("data-start")) for each in page.all("li")] == [
        ("0", "0.250"),
        ("1", "1.250"),
        (None, None),
    ]
    assert [each["aria-label"] for each in page.all("button")] == ["Play from 00:00", "Play from 00:01"]


def test_a_film_is_shown(tmp_path: Path) -> None:
    page = Page(recorded_talk(tmp_path, "talk.mp4", "talk.opus").to_html(audio=True))
    (film,), (sound,) = page.all("video"), page.all("audio")
    assert str(film["src"]).startswith("data:video/mp4;")
    assert str(sound["src"]).startswith("data:audio/ogg;")


def test_a_page_with_sound_is_read_back_too(tmp_path: Path) -> None:
    talk = recorded_talk(tmp_path, "talk.wav")
    talk.to_html(tmp_path / "talk.html", audio=True)
    assert Transcript.read(tmp_path / "talk.html") == talk


def test_only_the_pages_own_script_may_run(tmp_path: Path) -> None:
    html = recorded_talk(tmp_path, "talk.wav").to_html(audio=True)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    fingerprint = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(each["content"] for each in Page(html).all("meta") if "http-equiv" in each)
    assert policy is not None
    assert policy.startswith(f"script-src 'sha256-{fingerprint}';")


def test_a_large_recording_is_linked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "EMBEDDED_BYTES", 4)
    (tmp_path / "pages").mkdir()
    talk = recorded_talk(tmp_path, "my talk.wav")
    talk.to_html(tmp_path / "pages" / "talk.html", audio=True)
    page = Page((tmp_path / "pages" / "talk.html").read_text(encoding="utf-8"))
    assert [each["src"] for each in page.all("audio")] == ["../my%20talk.wav"]
    with pytest.raises(ConfigurationError, match=r"too much to be shown in a notebook. Write a page"):
        talk.to_html(audio=True)


def test_a_recording_in_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # Windows
    recorded_talk(tmp_path, "talk.wav")
    talk = Transcript([said(0, recorded=Recorded(path="~/talk.wav", start_ms=0.0))])
    assert base64.b64encode(b"RIFF\x00").decode() in talk.to_html(audio=True)


def test_a_recording_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="None of these turns was recorded"):
        Transcript([said(1)]).to_html(audio=True)
    talk = recorded_talk(tmp_path, "talk.wav")
    (tmp_path / "talk.wav").unlink()
    with pytest.raises(ConfigurationError, match=r"talk.wav is not there any more. Put it back"):
        talk.to_html(audio=True)


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(tmp_path: Path) -> None:
    talk = recorded_talk(tmp_path, "talk.wav")
    ((tag, frame),) = Page(talk.replay()._repr_html_()).elements
    assert (tag, frame["sandbox"], frame["srcdoc"]) == ("iframe", "allow-scripts", talk.to_html(audio=True))
    assert "data:audio" not in Transcript([said(1)]).replay().page
