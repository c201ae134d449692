"""Collects what is measured in a session, and sums it up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from navtalk_widget.session.metrics import MediaPath, Metrics, PageWay, Spread
from navtalk_widget.session.news import AnswerLatency, Measured, News, StatusChanged, TurnChanged
from navtalk_widget.transcript.turn import Latency

REMEMBERED = 1_000
"""Answers whose times are summed up."""

REMEMBERED_OFFSETS = 3_600
"""Offsets of picture and voice; the page tells one a second while the voice is heard."""

_STAGES = ("recognized_ms", "words_ms", "audio_ms", "heard_ms", "mouth_ms")


class Measurements:
    """What was measured so far; it stays over all connections of a session."""

    def __init__(self) -> None:
        self._latencies: dict[str, Latency] = {}
        self._last: dict[str, float] = {}
        self._offsets_ms: deque[float] = deque(maxlen=REMEMBERED_OFFSETS)
        self._interrupted: dict[str, None] = {}
        self._interruptions = 0
        self._losses = 0
        self._stood = False
        self.media: MediaPath | None = None
        self.way: PageWay | None = None

    def note(self, news: News) -> None:
        """Take in what the session tells its subscribers."""
        match news:
            case AnswerLatency(turn_id=turn_id, latency=latency):
                self._latencies[turn_id] = latency
                if len(self._latencies) > REMEMBERED:
                    del self._latencies[next(iter(self._latencies))]
            case Measured(name="av_offset_ms", milliseconds=offset_ms):
                self._offsets_ms.append(offset_ms)
            case Measured(name=name, milliseconds=milliseconds):
                self._last[name] = milliseconds
            case TurnChanged(turn=turn) if turn.role == "avatar" and turn.interrupted:
                self._note_interrupted(turn.id)
            case StatusChanged(status=status, error=error):
                self._losses += self._stood and error is not None and status in ("reconnecting", "failed")
                self._stood = status in ("listening", "thinking", "speaking")
            case _:
                pass

    def metrics(self, *, microphone_ms: Iterable[float] = (), service_round_trip_ms: float | None = None) -> Metrics:
        """Sum up.

        Args:
            microphone_ms: what the last blocks of the microphone took to the service's socket.
            service_round_trip_ms: to the service and back.
        """
        latencies = self._latencies.values()
        answers = [each for each in latencies if any(getattr(each, stage) is not None for stage in _STAGES)]
        spreads = {stage: Spread.of(getattr(each, stage) for each in answers) for stage in _STAGES}
        return Metrics(
            answers=len(answers),
            **spreads,
            interruptions=self._interruptions,
            silenced_ms=Spread.of(each.silenced_ms for each in latencies),
            first_frame_ms=self._last.get("first_frame_ms"),
            media=self.media,
            av_offset_ms=Spread.of(self._offsets_ms),
            way=self.way,
            round_trip_ms=self._last.get("round_trip_ms"),
            clock_offset_ms=self._last.get("clock_offset_ms"),
            microphone_ms=Spread.of(microphone_ms),
            service_round_trip_ms=service_round_trip_ms,
            connection_losses=self._losses,
        )

    def _note_interrupted(self, turn_id: str) -> None:
        if turn_id in self._interrupted:
            return
        self._interruptions += 1
        self._interrupted[turn_id] = None
        if len(self._interrupted) > REMEMBERED:
            del self._interrupted[next(iter(self._interrupted))]
