"""Which calls of tools the person interrupts by speaking."""

from __future__ import annotations

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event

REMEMBERED = 8
"""Utterances whose words are still to come."""

_NONE: frozenset[str] = frozenset()


class SpokenInterruption:
    """Follows what the person says while tools run.

    While a tool runs, the avatar is mostly silent, so that nothing but the tool can be interrupted. Sound alone does
    not: it silences a voice, which is soon said again, but a call that is lost for a cough would leave the person
    without an answer to what they asked. So a call is meant if it runs when the person begins to speak, and that turns
    out to be words. Words that come later than the call, of what was said before it, are those that it was made for.
    """

    def __init__(self) -> None:
        self._meant: dict[str, frozenset[str]] = {}

    def note(self, event: Event, running: frozenset[str]) -> frozenset[str]:
        """Take in what the service says. Returns the calls that are interrupted.

        Args:
            event: what the service says.
            running: the calls that can be interrupted now.
        """
        match event:
            case events.SpeechStarted(item_id=item_id):
                self._meant.pop(item_id, None)
                self._meant[item_id] = running
                if len(self._meant) > REMEMBERED:
                    del self._meant[next(iter(self._meant))]
            case events.InputTranscriptionDelta(item_id=item_id, delta=words) if words.strip():
                return self._forget(item_id)
            case events.InputTranscriptionCompleted(item_id=item_id, transcript=words):
                meant = self._forget(item_id)
                return meant if words.strip() else _NONE
            case events.InputTranscriptionFailed(item_id=item_id):
                self._forget(item_id)
        return _NONE

    def forget(self) -> None:
        """The connection is gone, and with it the words that were to come."""
        self._meant.clear()

    def _forget(self, item_id: str) -> frozenset[str]:
        if not item_id and self._meant:  # some services do not name what they hear
            item_id = next(reversed(self._meant))
        return self._meant.pop(item_id, None) or self._meant.pop("", _NONE)
