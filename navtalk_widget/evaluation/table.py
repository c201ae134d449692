"""Outcomes as a pandas table: a row for each check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from navtalk_widget.evaluation.conversation import Outcome

if TYPE_CHECKING:
    import pandas

SCHEMA = "navtalk.evaluation"
SCHEMA_VERSION = 1


def to_pandas(outcomes: Iterable[Outcome]) -> pandas.DataFrame:
    """See `evaluate`."""
    import pandas as pd

    rows = [
        (outcome, number, step, check)
        for outcome in outcomes
        for number, step in enumerate(outcome.steps, 1)
        for check in step.checks
    ]
    columns: dict[str, tuple[Sequence[Any], str]] = {
        "scenario": ([outcome.scenario for outcome, *_ in rows], "string"),
        "config": ([outcome.config for outcome, *_ in rows], "string"),
        "repeat": ([outcome.repeat for outcome, *_ in rows], "Int64"),
        "step": ([number for _, number, *_ in rows], "Int64"),
        "check": ([check.kind for *_, check in rows], "string"),
        "expected": ([check.expected for *_, check in rows], "string"),
        "actual": ([check.actual for *_, check in rows], "string"),
        "passed": ([check.passed for *_, check in rows], "boolean"),
        "value_ms": ([check.value_ms for *_, check in rows], "Float64"),
        "said": ([step.said for *_, step, _ in rows], "string"),
        "reply": ([step.reply for *_, step, _ in rows], "string"),
        "tool_calls": ([step.tool_calls for *_, step, _ in rows], "string"),
        "recognized_ms": ([step.latency.recognized_ms for *_, step, _ in rows], "Float64"),
        "words_ms": ([step.latency.words_ms for *_, step, _ in rows], "Float64"),
        "audio_ms": ([step.latency.audio_ms for *_, step, _ in rows], "Float64"),
        "answer_ms": ([step.answer_ms for *_, step, _ in rows], "Float64"),
        "error": ([step.error or None for *_, step, _ in rows], "string"),
        "conversation_id": ([outcome.conversation_id or None for outcome, *_ in rows], "string"),
        "started_at": ([outcome.started_at for outcome, *_ in rows], "datetime64[us, UTC]"),
        "duration_s": ([outcome.duration_s for outcome, *_ in rows], "Float64"),
    }
    table = pd.DataFrame({name: pd.Series(values, dtype=dtype) for name, (values, dtype) in columns.items()})
    table.attrs = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION}
    return table
