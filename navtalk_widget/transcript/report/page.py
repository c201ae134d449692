"""What a report shows, in words and figures, before it is known where: in a terminal or in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from navtalk_widget.transcript.report.figures import STAGES, Side

if TYPE_CHECKING:
    from navtalk_widget.transcript.report.report import Report

MISSING = "–"

CONNECTION = {
    "media": ("voice and picture come by", ""),
    "first_frame_ms": ("first picture after", "ms"),
    "av_offset_p50_ms": ("picture after sound, median", "ms"),
    "av_offset_p95_ms": ("picture after sound, p95", "ms"),
    "microphone_p95_ms": ("microphone to service, p95", "ms"),
    "way": ("page and kernel talk by", ""),
    "round_trip_ms": ("to the page and back", "ms"),
    "service_round_trip_ms": ("to the service and back", "ms"),
    "connection_losses": ("connections lost", ""),
}
"""Figures of a connection → what they are, and their unit, in the order in which they are shown."""

BETWEEN_PEOPLE_MS = 200
"""The median gap between two people's turns: Stivers et al. 2009, doi.org/10.1073/pnas.0903616106."""

_SINCE_NOTE = "Since the person had finished."
_GAP_NOTE = f"{_SINCE_NOTE} Between people the median gap is about {BETWEEN_PEOPLE_MS} ms (Stivers et al. 2009)."
_OFFSET_NOTE = "People notice a picture that is over 45 ms late or over 125 ms early (ITU-R BT.1359)."


@dataclass(frozen=True, slots=True)
class Section:
    """One table: `rows` begin with what they are about; then comes a cell for each of the columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    title: str
    subtitle: str
    person_share: float | None
    """Of the time in which anybody spoke, 0 to 1."""
    sections: tuple[Section, ...]


def page_of(report: Report) -> Page:
    """Put a report into words. Names of tools and characters are as they came: whoever shows them escapes them."""
    whom = f" with {', '.join(report.characters)}" if report.characters else ""
    many = f"{report.conversations:,} conversations" if report.conversations > 1 else "Conversation"
    if report.started_at is None:
        return Page(f"Conversation{whom}", "Nothing has been said yet.", None, ())
    began = report.started_at.astimezone()
    facts = [f"{began:%d %B %Y, %H:%M}".lstrip("0"), in_words(report.duration_s), report.service]
    sections = (_talk(report), _latency(report), _tools(report), _tokens(report), _connection(report))
    return Page(
        f"{many}{whom}",
        " · ".join(filter(None, facts)),
        report.person.talk_share,
        tuple(section for section in sections if section.rows),
    )


def in_words(seconds: float) -> str:
    """A duration such as ``3 min 12 s``."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def share_in_words(share: float | None) -> str:
    """A share such as ``38 %``."""
    return MISSING if share is None else f"{100 * share:.0f} %"


def _talk(report: Report) -> Section:
    def row(label: str, cell: Callable[[Side], str]) -> tuple[str, ...]:
        return label, cell(report.person), cell(report.avatar)

    def pace(side: Side) -> str:
        return MISSING if side.words_per_minute is None else f"{side.words_per_minute:.0f}"

    rows = (
        row("turns", lambda side: f"{side.turns:,}"),
        row("talk time", lambda side: in_words(side.talk_s) if side.talk_s else MISSING),
        row("share of talk time", lambda side: share_in_words(side.talk_share)),
        row("words", lambda side: f"{side.words:,}"),
        row("words per minute", pace),
        row("cut short by the other", lambda side: f"{side.interrupted:,}"),
    )
    return Section("", ("person", "avatar"), rows)


def _latency(report: Report) -> Section:
    rows = tuple(
        (STAGES[name], f"{stage.p50_ms:,.0f} ms", f"{stage.p95_ms:,.0f} ms", f"{stage.answers:,}")
        for name, stage in report.latency.items()
    )
    note = _GAP_NOTE if {"audio_ms", "heard_ms"} & report.latency.keys() else _SINCE_NOTE
    return Section("Time to answer", ("median", "p95", "answers"), rows, note)


def _tools(report: Report) -> Section:
    rows = tuple(
        (name, f"{tool.calls:,}", f"{tool.failures:,}", MISSING if tool.mean_s is None else _short(tool.mean_s))
        for name, tool in report.tools.items()
    )
    return Section("Tools", ("calls", "failed", "mean time"), rows)


def _tokens(report: Report) -> Section:
    if report.tokens is None:
        return Section("Tokens", (), ())
    used = report.tokens
    rows = (
        ("input", f"{used.input_tokens:,}", f"{used.cached_tokens:,}", f"{used.input_audio_tokens:,}"),
        ("output", f"{used.output_tokens:,}", MISSING, f"{used.output_audio_tokens:,}"),
    )
    return Section("Tokens", ("all", "cached", "audio"), rows)


def _connection(report: Report) -> Section:
    known = [(name, report.connection[name]) for name in CONNECTION if name in report.connection]
    rows = tuple(_connection_row(name, value) for name, value in known)
    return Section("Connection", ("",), rows, _OFFSET_NOTE if "av_offset_p50_ms" in report.connection else "")


def _connection_row(name: str, value: float | str) -> tuple[str, str]:
    label, unit = CONNECTION[name]
    signed = name.startswith("av_offset")
    shown = value if isinstance(value, str) else f"{value:+,.0f}" if signed else f"{value:,.0f}"
    return label, f"{shown} {unit}".rstrip()


def _short(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
