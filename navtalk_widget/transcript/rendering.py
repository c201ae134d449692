"""Transcripts for reading: plain text, HTML for notebooks, a short repr."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice

from navtalk_widget.transcript.turn import Turn

_HTML_TURNS = 50
_REPR_CHARACTERS = 60


def to_text(turns: Sequence[Turn]) -> str:
    """A line per turn: ``[mm:ss] role: text``."""
    return "\n".join(f"[{_since(turns[0], turn)}] {turn.role}: {_words(turn)}" for turn in turns)


def to_html(turns: Sequence[Turn]) -> str:
    """The last turns as a table. All of their words are escaped: they come from the model and the microphone."""
    left_out = max(0, len(turns) - _HTML_TURNS)
    rows = [
        f"<tr><td>{_since(turns[0], turn)}</td><td>{escape(turn.role)}</td>"
        f'<td style="text-align:left">{escape(_words(turn))}</td></tr>'
        for turn in islice(turns, left_out, None)
    ]
    note = f"<caption>{len(turns):,} turns, the last {_HTML_TURNS} shown</caption>" if left_out else ""
    head = "<thead><tr><th>time</th><th>role</th><th>text</th></tr></thead>"
    return f"<table>{note}{head}<tbody>{''.join(rows)}</tbody></table>"


def to_repr(turns: Sequence[Turn]) -> str:
    """The number of turns, and the beginning of the last."""
    if not turns:
        return "<Transcript: empty>"
    last = turns[-1]
    words = last.text if len(last.text) <= _REPR_CHARACTERS else f"{last.text[:_REPR_CHARACTERS]}…"
    return f"<Transcript: {len(turns):,} turn{'s' if len(turns) > 1 else ''}, last by {last.role}: {words!r}>"


def shown_words(turn: Turn) -> str:
    """What a reader sees: of an answer that was cut short what was heard, ended by "…", where that is known."""
    if turn.interrupted and turn.text_heard is not None and turn.text_heard != turn.text:
        return f"{turn.text_heard}…"
    return turn.text


def _since(first: Turn, turn: Turn) -> str:
    minutes, seconds = divmod(int((turn.started_at - first.started_at).total_seconds()), 60)
    return f"{minutes:02}:{seconds:02}"


def _words(turn: Turn) -> str:
    tools = "".join(f" [{use.name}]" for use in turn.tool_calls)
    return f"{shown_words(turn)}{' [interrupted]' if turn.interrupted else ''}{tools}"
