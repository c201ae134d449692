import http.client
import webbrowser
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from navtalk_widget import Avatar
from navtalk_widget.errors import NotConnectedError, PageError


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(service="ws://127.0.0.1:9", protocol="v1", license="sk_navtalk_canary")
    yield avatar
    avatar.close()


def test_the_link_leads_to_the_widgets_own_page(avatar: Avatar) -> None:
    there = urlsplit(avatar.url)
    assert there.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(there.netloc, timeout=20)
    connection.request("GET", there.path + "widget.js")
    assert b"nt-root" in connection.getresponse().read()
    connection.close()


def test_every_link_is_good_for_one_page(avatar: Avatar) -> None:
    links = {avatar.url for _ in range(3)}
    assert len({urlsplit(link).fragment for link in links}) == 3
    assert len({urlsplit(link).port for link in links}) == 1


def test_the_link_is_in_no_state(avatar: Avatar) -> None:
    token = urlsplit(avatar.url).fragment
    assert token not in repr(avatar)
    assert token not in str(avatar.get_state())


def test_the_machines_browser_opens_it(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def keep(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("xdg-open"))
    monkeypatch.setattr(webbrowser, "open", keep)
    avatar.open_in_browser()
    assert [urlsplit(url).hostname for url in opened] == ["127.0.0.1"]


def test_a_machine_without_browser_says_what_to_do(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    with pytest.raises(PageError, match=r"avatar\.url"):
        avatar.open_in_browser()


@pytest.mark.parametrize("name", ["w3m", "/usr/bin/lynx"])
def test_a_browser_for_terminals_is_none(avatar: Avatar, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser(name))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with pytest.raises(PageError, match=r"avatar\.url"):
        avatar.open_in_browser()
    assert not opened


def test_a_widget_that_was_closed_has_no_page(avatar: Avatar) -> None:
    avatar.close()
    with pytest.raises(NotConnectedError):
        _ = avatar.url
