"""Asking the person whether what is said may be recorded, and telling pages while it is."""

from __future__ import annotations

import asyncio
from collections.abc import Set

from navtalk_widget.errors import PageError
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.to_page import recording_message
from navtalk_widget.session.news import RecordingChanged
from navtalk_widget.session.session import Session

ANSWER_TIMEOUT = 120.0
"""Seconds that the person may think it over."""


class RecordingConsent:
    """Asks on all pages at once; the first answer counts. Belongs to the session's loop.

    Args:
        session: whose recording it is.
        pages: those that are connected; read at each message.
    """

    def __init__(self, session: Session, pages: Set[Page]) -> None:
        self._session = session
        self._pages = pages
        self._question: asyncio.Future[PageError | None] | None = None
        """Ends with why there is no consent, or with None if there is."""
        session.on("recording", self._changed)

    async def ask(self) -> None:
        """Ask the person, and wait for their word. Who asks meanwhile waits for the same word.

        Raises:
            PageError: they do not agree, or nobody answers.
        """
        if not self._pages:
            raise PageError(
                "Nobody can be asked whether they may be recorded: this widget is shown nowhere.",
                code="recording_unanswered",
                hint="Show the widget; or, when everybody who will be heard has agreed, pass consent=True.",
            )
        if self._question is None:
            self._question = self._asked()
            self._tell_all()
        if (refusal := await asyncio.shield(self._question)) is not None:
            raise refusal

    def take(self, agreed: bool) -> None:
        """The person's word; nothing happens if nobody asked."""
        declined = PageError("The person does not want to be recorded.", code="recording_declined", hint="")
        self._settle(None if agreed else declined)

    def catch_up(self, page: Page) -> None:
        """Tell a page that joins how things are."""
        page.tell(self._message())

    def close(self) -> None:
        """Nobody will answer any more."""
        self._settle(
            PageError("The widget was closed before anybody agreed to be recorded.", code="recording_unanswered")
        )

    def _asked(self) -> asyncio.Future[PageError | None]:
        loop = asyncio.get_running_loop()
        unanswered = PageError(
            f"Nobody has said within {ANSWER_TIMEOUT:.0f} s whether they may be recorded.",
            code="recording_unanswered",
            hint="Call start_recording() again when somebody is there.",
        )
        question: asyncio.Future[PageError | None] = loop.create_future()
        expiry = loop.call_later(ANSWER_TIMEOUT, self._settle, unanswered)
        question.add_done_callback(lambda _: expiry.cancel())
        return question

    def _settle(self, refusal: PageError | None) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.set_result(refusal)
            self._tell_all()

    def _changed(self, _: RecordingChanged) -> None:
        self._tell_all()

    def _tell_all(self) -> None:
        for page in self._pages:
            page.tell(self._message())

    def _message(self) -> dict[str, object]:
        return recording_message(self._session.recording, asked=self._question is not None)
