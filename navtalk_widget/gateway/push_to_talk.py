"""The person holds a button to talk, and lets go of it to be answered."""

from __future__ import annotations

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.session.session import Session

SHORTEST = 0.1
"""Seconds of sound that can be something said; services refuse less."""


class PushToTalk:
    """Makes a turn of what the microphone hears while the button is held.

    Args:
        session: the conversation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seconds: float | None = None  # heard since the button went down; None while it is up

    def begin(self) -> None:
        """The button is held: who wants to talk, interrupts."""
        self._seconds = 0.0
        if self._session.status in ("speaking", "thinking"):
            self._session.interrupt()

    def heard(self, pcm: bytes) -> None:
        """Take note of a block of the microphone."""
        if self._seconds is not None:
            self._seconds += len(pcm) / 2 / SAMPLE_RATE

    def let_go(self) -> None:
        """Whoever held the button is gone: what they were saying is no part of what the next one says."""
        held, self._seconds = self._seconds is not None, None
        if held and self._session.connected and self._session.config.turn_detection is None:
            self._session.discard_audio()

    def end(self) -> None:
        """The button was let go: the avatar answers what was said, if anything was.

        Raises:
            NotConnectedError: there is no conversation.
        """
        seconds, self._seconds = self._seconds, None
        if seconds is None or self._session.config.turn_detection is not None:
            return  # the service finds the end of the turn by itself
        if seconds < SHORTEST:
            self._session.discard_audio()
        else:
            self._session.commit_audio()
