"""The engines of the embedded service, as properties of whoever talks with it."""

from __future__ import annotations

from typing import Any

from navtalk_widget.session.local_engines import LocalEngines


class ChosenEngines:
    """What was chosen, by name, address, choice or function; None for the best that is there.

    What is set holds from the next connection on: after Stop and Start, or `reconnect`.
    """

    _engines: LocalEngines

    @property
    def responder(self) -> Any:
        """The mind."""
        return self._engines["responder"]

    @responder.setter
    def responder(self, responder: Any) -> None:
        self._engines.set("responder", responder)

    @property
    def recognizer(self) -> Any:
        """The ears."""
        return self._engines["recognizer"]

    @recognizer.setter
    def recognizer(self, recognizer: Any) -> None:
        self._engines.set("recognizer", recognizer)

    @property
    def synthesizer(self) -> Any:
        """The voice."""
        return self._engines["synthesizer"]

    @synthesizer.setter
    def synthesizer(self, synthesizer: Any) -> None:
        self._engines.set("synthesizer", synthesizer)
