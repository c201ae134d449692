"""The conversation on a page of its own, outside the notebook."""

from __future__ import annotations

import webbrowser
from collections.abc import Coroutine
from pathlib import PurePath
from typing import Any, TypeVar

from navtalk_widget.errors import PageError
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.loop_thread import Pending

T = TypeVar("T")

_TERMINAL_BROWSERS = ("www-browser", "links", "elinks", "lynx", "w3m")
"""Those that Python takes where there is no screen."""

LINK_LIMIT = 5.0
"""Seconds that the kernel's thread for conversations may take to make a link."""


class InBrowser:
    """What opens an avatar's page in a browser."""

    _gateway: Gateway

    def _submit(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        raise NotImplementedError

    @property
    def url(self) -> str:
        """A link that shows the conversation on a page of its own, in a browser on the kernel's machine.

        For front ends that give widgets no microphone, and for a second screen. Each link opens the page once, within
        ten minutes, and the tab can be reloaded; reading this again makes another. Whoever has it can join in: do not
        print it where others read.
        """
        return self._submit(self._make_link()).result(LINK_LIMIT)

    def open_in_browser(self) -> None:
        """Show the conversation on a page of its own, in the browser of the kernel's machine.

        Raises:
            PageError: there is no browser there.
        """
        if not _is_there() or not webbrowser.open(self.url):
            raise PageError(
                "No browser could be opened on the kernel's machine.",
                code="no_browser",
                hint="Take “Open in browser” under More in the widget, which goes through a hub, too. Or open"
                " avatar.url there by hand; on a remote machine, forward its port first.",
            )

    async def _make_link(self) -> str:
        await self._gateway.open()
        return self._gateway.link()


def _is_there() -> bool:
    """Whether there is a browser; one that fills a terminal has no microphone, and the kernel no terminal."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    return PurePath(getattr(browser, "name", "")).name not in _TERMINAL_BROWSERS
