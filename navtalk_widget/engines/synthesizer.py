"""The interface of a speech synthesiser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.errors import NavTalkError


class SynthesisError(NavTalkError):
    """The synthesiser could not be loaded, or could not speak a text."""

    code = "synthesis_failed"
    hint = 'reinstall the speech engines with: pip install --force-reinstall "navtalk-widget[local]"'


class Synthesizer(Protocol):
    """Speaks texts."""

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        """Speak ``text`` clause by clause.

        This blocks for as long as the next clause takes, so it is called in a worker thread. Closing the iterator,
        or dropping it, ends the work. One synthesiser may serve several threads at once.

        Args:
            text: plain text; mark-up in it is no mark-up.
            voice: a name such as ``"alloy"``; one that is unknown gets a default voice.
            language: such as ``"en"``, ``"en-gb"`` or ``"fr"``; one that is unknown is read as English.

        Raises:
            SynthesisError: if the engine is missing or fails.
        """
        ...
