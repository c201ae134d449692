"""What a transcript can be looked at as, in pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from navtalk_widget.transcript.frames import events, metrics, tools, turns, usage
from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    import pandas


class Tables(Sequence[Turn]):
    """Turns as tables.

    All have the same columns and types whatever was said, types that know missing values, and ``schema`` and
    ``schema_version`` in ``attrs``. ``turn`` is a turn's place in the transcript, from 0; ``conversation_id`` tells
    conversations apart where a transcript has several.
    """

    __slots__ = ()

    def to_pandas(self) -> pandas.DataFrame:
        """One row per turn, in order.

        Columns: ``turn``, ``role``, ``text``, ``text_heard``, ``started_at`` and ``ended_at`` (UTC), ``duration_s``,
        ``interrupted``, ``response_id``, ``item_id``, ``tool_calls`` (a tuple of dicts: ``call_id``, ``name``,
        ``arguments`` as JSON text, ``result``, ``error``, ``duration_s``), the latencies of `Latency` in milliseconds
        (``recognized_ms``, ``words_ms``, ``audio_ms``, ``heard_ms``, ``mouth_ms``, ``silenced_ms``),
        ``audio_start_ms``, ``audio_end_ms``, ``words``, ``words_per_minute`` (of an answer that was cut short, of the
        words that were heard), ``character``, ``source``, ``conversation_id``.
        """
        return turns.to_pandas(self)

    def events(self) -> pandas.DataFrame:
        """One row per thing that happened, in the order of time: ``at``, ``turn``, ``role``, ``event``, ``detail``,
        ``conversation_id``.

        Events are ``turn_began``, ``turn_ended`` and ``turn_interrupted`` (``detail``: the words that were heard),
        ``tool_called``, ``tool_ended`` (the tool's name) and ``tool_failed`` (what went wrong). What has not ended has
        no row for it.
        """  # noqa: D205
        return events.events(self)

    def tools(self) -> pandas.DataFrame:
        """One row per call of a tool.

        Columns: ``call_id``, ``name``, ``arguments`` (JSON text), ``result``, ``error``, ``cut`` (whether ``result``
        is the beginning of a longer one), ``started_at``, ``ended_at``, ``duration_s``, ``turn`` (the answer that came
        of it), ``response_id``, ``conversation_id``.
        """
        return tools.tools(self)

    def metrics(self) -> pandas.DataFrame:
        """One row per turn of the avatar: how quickly it answered, and how it spoke.

        Columns: ``turn``, ``started_at``, the latencies in milliseconds as in `to_pandas`, ``gap_s`` (since the end of
        the turn before, negative where they spoke at once), ``duration_s``, ``words``, ``words_per_minute``,
        ``interrupted``, ``response_id``, ``conversation_id``.
        """
        return metrics.metrics(self)

    def usage(self) -> pandas.DataFrame:
        """One row per turn of which the service told what it cost.

        Columns: ``turn``, ``role`` (the avatar's answers, and the recognition of what the user said), ``started_at``,
        the tokens of `TokenUsage` (``input_tokens``, ``output_tokens``, ``cached_tokens``, ``input_audio_tokens``,
        ``output_audio_tokens``), ``response_id``, ``character``, ``conversation_id``.
        """
        return usage.usage(self)
