"""The avatar's voice as the person hears it: played to its end or cut short, and what that means for its turns."""

from __future__ import annotations

from collections.abc import Callable

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.talk.truncation import Truncation
from navtalk_widget.session.talk.turns import TurnTracker
from navtalk_widget.session.talk.voice_clock import Voice, VoiceClock

CHARACTERS_PER_SECOND = 15.0
"""How fast avatars talk, about: of a voice that is not received here one can only guess how long it is heard."""


class AvatarVoice:
    """Follows the voice, and ends the turns of which it was the voice.

    Args:
        turns: the turns.
        send: sends an event to the service.
        truncates: whether the service can be told how much of an answer was heard.
        flushed: called when the voice is silenced.
        ended: called with an answer whose voice has been played to its end.
        placed: called with each piece of sound, with where it begins if it is heard as it arrives, in samples of the
            loop's time, and with its answer.
    """

    def __init__(
        self,
        turns: TurnTracker,
        *,
        send: Callable[[Event], None],
        truncates: Callable[[], bool],
        flushed: Callable[[], None],
        ended: Callable[[str], None],
        placed: Callable[[bytes, int, str], None] = lambda pcm, start, answer: None,
    ) -> None:
        self._turns = turns
        self._flushed = flushed
        self._placed = placed
        self._clock = VoiceClock(ended)
        self._truncation = Truncation(send, truncates)

    @property
    def playing(self) -> bool:
        """Whether there is sound that has not been played to its end."""
        return self._clock.playing

    def note(self, event: Event) -> None:
        """Take in sound, and the beginnings of answers."""
        match event:
            case events.ResponseCreated():
                self._clock.begin(event.response.id)
            case events.AudioTranscriptDone() if event.response_id and not self._clock.of(event.response_id).parts:
                if not self._clock.used:  # a service whose voice goes to the page only
                    self._clock.guess(event.response_id, len(event.transcript) / CHARACTERS_PER_SECOND)
            case events.AudioDelta():
                if not self._clock.used:
                    self._clock.end_guesses()
                answer = answer_of(event)
                start = self._clock.add(event.delta, answer, (event.item_id, event.content_index))
                self._placed(event.delta, start, answer)

    def note_delay(self, seconds: float | None) -> None:
        """Note how much later than its arrival sound is heard; None if nothing is audible from now on."""
        self._clock.note_delay(seconds)

    def refused(self, event: events.ErrorEvent) -> bool:
        """Whether an error only says that the service could not be told how much was heard."""
        return self._truncation.refused(event)

    def plays(self, answer: str) -> bool:
        """Whether there is sound of this answer that has not been played to its end."""
        return self._clock.plays(answer)

    def of(self, answer: str) -> Voice | None:
        """What was heard of an answer; None where the service has sent no sound yet, so that nobody knows."""
        return self._clock.of(answer) if self._clock.used else None

    def heard_anything(self, answer: str) -> bool:
        """Whether any sound of an answer was heard."""
        return any(sound.heard_ms for sound in self._clock.of(answer).parts.values())

    def play_out(self, answer: str) -> None:
        """The voice of an answer has been played to its end, and no more of it will come."""
        self._turns.voice_ended(answer, interrupted=False, voice=self.of(answer))

    def cut(
        self,
        under_way: str | None,
        *,
        had: Callable[[str], bool] = lambda _: False,
        interrupted: bool = True,
        truncate: bool = True,
    ) -> None:
        """Silence the voice; what has not been heard never will be.

        Args:
            under_way: an answer that goes no further, whether it has a voice or not.
            had: whether somebody has had the whole of an answer without listening, so that it counts as heard.
            interrupted: whether somebody cut it short, and not merely the conversation ended.
            truncate: whether to tell the service.
        """
        voices = self._clock.flush()
        if voices:
            self._flushed()
        cut = {answer: voice for answer, voice in voices.items() if not had(answer)}
        for answer, voice in voices.items():
            if answer in cut:
                heard = voice if voice.parts else None
                self._turns.voice_ended(answer, interrupted=interrupted, voice=heard)
            else:
                whole = voice.to_its_end() if voice.parts else None
                self._turns.voice_ended(answer, interrupted=False, voice=whole, rest_s=voice.rest_s)
        if under_way is not None:
            self._turns.voice_ended(under_way, interrupted=interrupted, voice=self.of(under_way))
        if truncate:
            self._truncation.tell(cut.values())

    def forget(self) -> None:
        """The connection is gone, and with it all names of answers and items."""
        self._clock.forget()
        self._truncation.forget()


def answer_of(event: Event) -> str:
    """How the service names the answer that an event belongs to, if it does."""
    match event:
        case events.ResponsePart():
            return event.response_id or event.item_id
        case events.ResponseDone():
            return event.response.id
    return ""
