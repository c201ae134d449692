"""The avatar's traits as its pages see and set them over the gateway."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import traitlets

from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.gateway.shared_traits import SHARED, Answer
from navtalk_widget.widget.dispatcher import Dispatcher


class WidgetTraits:
    """A widget's traits, as JSON.

    A trait whose value is none has ``to_json`` and ``from_json`` among its tags, as ipywidgets has it.

    Args:
        widget: has the traits.
        setting: where they are set: observers of the person who wrote the notebook may take their time.
        call: calls a function on the session's loop, from any thread.
    """

    def __init__(self, widget: traitlets.HasTraits, setting: Dispatcher, call: Callable[..., None]) -> None:
        self._widget = widget
        self._setting = setting
        self._call = call
        self._names = [name for name in SHARED if widget.has_trait(name)]

    def follow(self, changed: Callable[[str, Any], None]) -> None:
        """Call a function on the session's loop with the name and the JSON value of each trait that changes."""
        self._widget.observe(
            lambda change: self._call(changed, change["name"], self._json(change["name"], change["new"])),
            names=self._names,
        )

    def shared(self) -> dict[str, Any]:
        """All of them."""
        return {name: self._json(name, getattr(self._widget, name)) for name in self._names}

    def set_shared(self, name: str, value: Any, answer: Answer) -> None:
        """Set one soon; see `TraitOwner`."""
        self._setting.post(functools.partial(self._set, name, value, answer))

    def _set(self, name: str, value: Any, answer: Answer) -> None:
        refused: NavTalkError | None = None
        try:
            read = self._widget.trait_metadata(name, "from_json")
            setattr(self._widget, name, value if read is None else read(value, self._widget))
        except traitlets.TraitError as error:
            refused = ConfigurationError(f"{error}")
        except NavTalkError as error:
            refused = error
        finally:  # an observer that fails is the dispatcher's to log: the value stands
            self._call(answer, self._json(name, getattr(self._widget, name)), refused)

    def _json(self, name: str, value: Any) -> Any:
        write = self._widget.trait_metadata(name, "to_json")
        return value if write is None else write(value, self._widget)
