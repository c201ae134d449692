"""The widget's traits over the gateway: they reach the kernel while a cell runs, which comm messages may not."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import partial
from typing import Any, Protocol, get_args

from navtalk_widget.errors import NavTalkError, NotConnectedError
from navtalk_widget.gateway.from_page import SetTrait, WritableTrait
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.to_page import traits_message

SHARED = (*get_args(WritableTrait), "words", "voices", "character", "service_label", "status", "error")
"""The traits that pages are told; they may set those of `WritableTrait` only."""

Answer = Callable[[Any, NavTalkError | None], None]


class TraitOwner(Protocol):
    """Has the traits, and knows how they are checked: the widget."""

    def shared(self) -> dict[str, Any]:
        """Those of `SHARED` that it has, as JSON."""

    def set_shared(self, name: str, value: Any, answer: Answer) -> None:
        """Set one soon, in the order of the calls.

        Args:
            name: of the trait.
            value: as JSON.
            answer: called on the session's loop with the value that it has then, and why it was refused, if it was.
        """


class SharedTraits:
    """Tells all pages the traits, and sets what a page asks for. Belongs to the session's loop.

    Args:
        owner: of the traits; None where there is no widget.
        pages: those that are connected; read at each change.
    """

    def __init__(self, owner: TraitOwner | None, pages: Set[Page]) -> None:
        self._owner = owner
        self._pages = pages

    def catch_up(self, page: Page) -> None:
        """Tell a page that joins how all of them are."""
        if self._owner is not None:
            page.tell(traits_message(self._owner.shared()))

    def changed(self, name: str, value: Any) -> None:
        """Tell all pages that a trait has another value, as JSON."""
        for page in self._pages:
            page.tell(traits_message({name: value}))

    def write(self, page: Page, message: SetTrait) -> None:
        """Set a trait for a page, which is told the value it has then, and an error if it was refused.

        Raises:
            NotConnectedError: there is no widget.
        """
        if self._owner is None:
            raise NotConnectedError("There is no widget whose settings could be changed.")
        self._owner.set_shared(message.name, message.value, partial(self._written, page, message))

    def _written(self, page: Page, message: SetTrait, value: Any, refused: NavTalkError | None) -> None:
        if refused is not None:
            page.tell_error(refused)
        page.tell(traits_message({message.name: value}, message.number))
