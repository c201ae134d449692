"""The report on a conversation that goes on, with what is known of its connection."""

from __future__ import annotations

from navtalk_widget.session.metrics import Metrics
from navtalk_widget.transcript.report.report import Report
from navtalk_widget.transcript.transcript import Transcript


def reported(transcript: Transcript, service_label: str, metrics: Metrics) -> Report:
    """The conversation in figures.

    Args:
        transcript: what was said.
        service_label: which service it is, in words.
        metrics: the session's.
    """
    offset, microphone = metrics.av_offset_ms, metrics.microphone_ms
    known: dict[str, float | str | None] = {
        "media": metrics.media,
        "first_frame_ms": metrics.first_frame_ms,
        "av_offset_p50_ms": None if offset is None else offset.p50,
        "av_offset_p95_ms": None if offset is None else offset.p95,
        "microphone_p95_ms": None if microphone is None else microphone.p95,
        "way": metrics.way,
        "round_trip_ms": metrics.round_trip_ms,
        "service_round_trip_ms": metrics.service_round_trip_ms,
        "connection_losses": metrics.connection_losses or None,
    }
    connection = {name: value for name, value in known.items() if value is not None}
    return Report.of(transcript, service=service_label, connection=connection)
