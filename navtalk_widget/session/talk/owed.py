"""Whether the avatar owes the person an answer, when the conversation goes on over a new connection."""

from __future__ import annotations

from navtalk_widget.transcript.turn import Turn


class Owed:
    """Follows the person's last turn, what was heard since, and what was asked for in vain."""

    def __init__(self) -> None:
        self._question: Turn | None = None
        self._answer: Turn | None = None
        self._heard: Turn | None = None
        self._declined = ""
        self._asked_in_vain = False

    def note(self, turn: Turn) -> None:
        """Take in a turn, or its change."""
        if turn.role == "user":
            if turn.text:
                self._question = _later(self._question, turn)
            return
        self._answer = _later(self._answer, turn)
        if was_heard(turn):
            self._heard = _later(self._heard, turn)
        elif self._heard is not None and self._heard.id == turn.id:
            self._heard = None

    def decline(self) -> None:
        """The person wants no answer to what was said last."""
        self._declined = "" if self._question is None else self._question.id

    def lose_request(self) -> None:
        """An answer was asked for, and nothing of it has been heard: it is to be asked for again."""
        self._asked_in_vain = True

    @property
    def last_answer_heard(self) -> bool:
        """Whether anything of the avatar's last turn was heard."""
        return self._answer is not None and was_heard(self._answer)

    def collect(self, *, to_speech: bool) -> bool:
        """Whether an answer is to be asked for; one that was asked for in vain is owed once.

        Args:
            to_speech: whether what is spoken is answered without asking.
        """
        asked_in_vain, self._asked_in_vain = self._asked_in_vain, False
        return asked_in_vain or self._unanswered(to_speech)

    def _unanswered(self, to_speech: bool) -> bool:
        """Whether the person's last turn has no answer of which anything was heard."""
        question = self._question
        if question is None or question.id == self._declined or (question.source == "voice" and not to_speech):
            return False
        return self._heard is None or self._heard.order < question.order


def was_heard(turn: Turn) -> bool:
    """Whether any of an avatar's turn that is over was heard, as far as is known."""
    if turn.ended_at is None:
        return False
    return bool(turn.text) and not turn.interrupted if turn.text_heard is None else bool(turn.text_heard)


def _later(known: Turn | None, turn: Turn) -> Turn:
    return turn if known is None or known.order <= turn.order else known
