"""How much of the avatar's voice has been heard, and when all of it will have been.

The service sends sound faster than it is heard, and says nothing when the hearing is over. What was received, played
without pause from its arrival, tells; the page reports how much later than that it is heard there.

Places in the voice are whole samples: sums and differences of seconds are never exact, and an answer that was heard to
its end would seem to lack its last word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from navtalk_widget.audio.pcm import SAMPLE_RATE

BYTES_PER_SAMPLE = 2
BYTES_PER_SECOND = BYTES_PER_SAMPLE * SAMPLE_RATE

LONGEST_DELAY = 10.0
"""Seconds between arrival and hearing that are believed; a page that reports more is mistaken."""

REMEMBERED = 8
"""Answers of which it is still known how much was heard."""

Part = tuple[str, int]
"""An item's identifier, and the index of its content: what the service keeps a voice under."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The voice of one part."""

    received_ms: float
    heard_ms: float


@dataclass(frozen=True, slots=True)
class Voice:
    """An answer's voice, as it stood at some moment."""

    parts: Mapping[Part, Sound] = field(default_factory=dict)
    """In the order in which they are heard."""
    rest_s: float = 0.0
    """Seconds that it would still have been heard."""

    def received_ms(self, part: Part) -> float:
        """How much of a part was received; some services say of their words, but not of their sound, whose it is."""
        sound = self.parts.get(part) or self.parts.get(("", 0))
        return 0.0 if sound is None else sound.received_ms

    def to_its_end(self) -> Voice:
        """The same voice, if all of it is heard."""
        parts = {part: Sound(sound.received_ms, sound.received_ms) for part, sound in self.parts.items()}
        return Voice(parts, self.rest_s)


@dataclass(slots=True)
class _Stretch:
    """Sound played without pause, if it were heard as it arrives; in samples of the loop's time."""

    start: int
    end: int


@dataclass(slots=True)
class _Received:
    """What was received of an answer."""

    stretches: dict[Part, list[_Stretch]] = field(default_factory=dict)
    end: int = 0
    playing: bool = True
    flushed: Voice | None = None

    def add(self, part: Part, samples: int, start: int) -> None:
        self.end = start + samples
        self.playing = True
        stretches = self.stretches.setdefault(part, [])
        if stretches and stretches[-1].end == start:
            stretches[-1].end = self.end
        else:
            stretches.append(_Stretch(start, self.end))

    def voice(self, position: int, rest_s: float) -> Voice:
        return Voice({part: _sound(stretches, position) for part, stretches in self.stretches.items()}, rest_s)


class VoiceClock:
    """Follows the avatar's voice, answer by answer.

    Args:
        ended: called with the answer's name when its voice has been played to its end; not after `flush`.
    """

    def __init__(self, ended: Callable[[str], None]) -> None:
        self._ended = ended
        self._answers: dict[str, _Received] = {}
        self._delay = 0.0
        self._silent_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.used = False
        """Whether any sound was ever received."""

    @property
    def playing(self) -> bool:
        """Whether there is sound that has not been played to its end."""
        return any(answer.playing for answer in self._answers.values())

    def plays(self, answer: str) -> bool:
        """Whether there is sound of this answer that has not been played to its end."""
        return answer in self._answers and self._answers[answer].playing

    def add(self, pcm: bytes, answer: str = "", part: Part = ("", 0)) -> int:
        """Note sound that was received and will be heard after what is there already.

        Returns:
            Where it begins if it is heard as it arrives, in samples of the loop's time.
        """
        latest = max([_samples(_now()), *(each.end for each in self._answers.values() if each.playing)])
        received = self._answers.get(answer)
        if received is None or received.flushed is not None:
            self._answers.pop(answer, None)
            received = self._answers[answer] = _Received()
            self._forget_oldest()
        received.add(part, len(pcm) // BYTES_PER_SAMPLE, latest)
        self.used = True
        self._wait()
        return latest

    def guess(self, answer: str, seconds: float) -> None:
        """Take an answer to be heard for so long from now; of its sound nothing was received here."""
        received = self._answers[answer] = _Received(end=_samples(_now() + seconds))
        self._forget_oldest()
        received.playing = True
        self._wait()

    def end_guesses(self) -> None:
        """The service sends its sound after all: what was guessed is over."""
        guessed = [name for name, answer in self._answers.items() if answer.playing and not answer.stretches]
        for name in guessed:
            self._answers[name].playing = False
        self._wait()
        for name in guessed:
            self._ended(name)

    def begin(self, answer: str) -> None:
        """An answer begins: what was received under its name belonged to an earlier one, of a service without names."""
        if not self.plays(answer):
            self._answers.pop(answer, None)

    def of(self, answer: str) -> Voice:
        """What was received and heard of an answer until now, or until it was flushed."""
        received = self._answers.get(answer)
        if received is None:
            return Voice()
        return received.flushed or self._voice(received)

    def flush(self) -> dict[str, Voice]:
        """Forget what has not been heard. Returns the answers that were still heard, in their order."""
        playing = {name: answer for name, answer in self._answers.items() if answer.playing}
        voices: dict[str, Voice] = {}
        for name, answer in playing.items():
            answer.flushed = voices[name] = self._voice(answer)
            answer.playing = False
        self._wait()
        return voices

    def forget(self) -> None:
        """Forget all answers; the connection that named them is gone."""
        self._answers.clear()
        self._wait()

    def note_delay(self, seconds: float | None) -> None:
        """Note how much later than its arrival sound is heard; None if nothing is audible from now on."""
        if seconds is None:
            if self._silent_since is None:
                self._silent_since = _now()
            return
        self._silent_since = None
        self._delay = min(LONGEST_DELAY, max(0.0, seconds))
        self._wait()

    def _voice(self, received: _Received) -> Voice:
        reached = _samples(_now() - self._delay)
        if self._silent_since is not None:
            position = _samples(self._silent_since - self._delay)
        elif received.playing:
            position = reached
        else:  # to its end, even if the loop's timers are early or the delay has grown since
            position = received.end
        return received.voice(position, max(0, received.end - reached) / SAMPLE_RATE)

    def _forget_oldest(self) -> None:
        over = [name for name, answer in self._answers.items() if not answer.playing][: len(self._answers) - REMEMBERED]
        for name in over:
            del self._answers[name]

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ends = [answer.end for answer in self._answers.values() if answer.playing]
        if ends:
            self._timer = asyncio.get_running_loop().call_at(min(ends) / SAMPLE_RATE + self._delay, self._finish)

    def _finish(self) -> None:
        self._timer = None
        playing = [(answer.end, name) for name, answer in self._answers.items() if answer.playing]
        _, name = min(playing)
        self._answers[name].playing = False
        self._wait()
        self._ended(name)


def _sound(stretches: list[_Stretch], position: int) -> Sound:
    received = sum(each.end - each.start for each in stretches)
    heard = sum(min(max(0, position - each.start), each.end - each.start) for each in stretches)
    return Sound(1000 * received / SAMPLE_RATE, 1000 * heard / SAMPLE_RATE)


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _now() -> float:
    return asyncio.get_running_loop().time()
