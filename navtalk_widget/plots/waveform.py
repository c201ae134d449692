"""The sound of a recorded conversation, with its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots.canvas import COLOURS, NAMES, SMALL, bare, drawing, inches_per_unit, new_axes
from navtalk_widget.plots.conversation import Turns, turns_of
from navtalk_widget.plots.envelope import Envelope
from navtalk_widget.plots.rows import Rows
from navtalk_widget.plots.words import fitted
from navtalk_widget.transcript.turn import Recorded, Turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MIDDLES = {"user": 0.26, "avatar": 1.06}
"""Inches below the top of a row at which the zero of each side's sound is."""

HALF = 0.23
"""Inches that the loudest sound goes from there."""

ROW = 1.75
"""Inches of a row."""

_MARGIN = 0.9

_MOST_ROWS = 12
_FINENESS = 1500
"""Stretches of sound in a row, at most twice as many: about what it has pixels."""

_LINES = 2


def waveform(transcript: Turns, *, ax: Axes | None = None) -> Axes:
    """Draw the recorded sound of both sides, the person above and the avatar below, with the words of each turn.

    Each side is drawn as high as its loudest moment allows, so the two do not compare. A long recording goes on in
    further rows, and each of several recordings begins a row of its own.

    Args:
        transcript: turns that were recorded, or the table that `Transcript.to_pandas` makes of them if it tells where.
        ax: to draw into; None for a new figure.

    Returns:
        The axes, drawn into.

    Raises:
        ConfigurationError: none of the turns was recorded.
        RecordingError: a recording is not there, or cannot be read.
        MissingExtraError: matplotlib is not installed.
    """
    recordings: dict[str, list[tuple[Turn, Recorded]]] = {}
    for turn in turns_of(transcript):
        if turn.recorded is not None:
            recordings.setdefault(turn.recorded.path, []).append((turn, turn.recorded))
    if not recordings:
        raise ConfigurationError(
            "None of these turns was recorded.", hint="Call start_recording() before the conversation."
        )
    with drawing():
        sounds = [Envelope.of(path) for path in recordings]
        rows = Rows([sound.seconds for sound in sounds], _MOST_ROWS)
        ax = new_axes(ax, _MARGIN + ROW * len(rows))
        rows.show(ax, height=ROW, middle=(MIDDLES["user"] + MIDDLES["avatar"]) / 2)
        ax.set_xlabel("min:s of the recording" if len(rows) == 1 else "min:s since the beginning of the row")
        bare(ax)
        _key(ax)
        inches = inches_per_unit(ax)
        for number, (sound, turns) in enumerate(zip(sounds, recordings.values(), strict=True)):
            _draw_sound(ax, rows, number, sound.coarser(int(rows.length / sound.stretch_s / _FINENESS)))
            for role in MIDDLES:
                said = [(turn, recorded) for turn, recorded in turns if turn.role == role]
                _draw_words(ax, rows, number, said, sound.seconds, inches)
    return ax


def _draw_sound(ax: Axes, rows: Rows, number: int, sound: Envelope) -> None:
    for channel, (role, middle) in enumerate(MIDDLES.items()):
        loudest = max(abs(sound.lowest[channel]).max(initial=0.0), sound.highest[channel].max(initial=0.0)) or 1.0
        for piece in rows.pieces(number, 0.0, sound.seconds):
            start = rows.starts[piece.row]
            within = (sound.times >= start + piece.begins) & (sound.times <= start + piece.ends)
            at = ROW * piece.row + middle
            ax.fill_between(
                sound.times[within] - start,
                at - HALF * sound.highest[channel][within] / loudest,
                at - HALF * sound.lowest[channel][within] / loudest,
                color=COLOURS[role],
                linewidth=0.4,
                gid=f"{role} sound",
            )


def _draw_words(
    ax: Axes, rows: Rows, number: int, turns: Sequence[tuple[Turn, Recorded]], seconds: float, inches: float
) -> None:
    """Shade where one side's turns are, and write below what was said; it may go on until that side's next turn."""
    shades: dict[int, list[tuple[float, float]]] = {}
    nexts = [recorded.start_ms / 1000 for _, recorded in turns][1:] + [seconds] * bool(turns)
    for (turn, recorded), following in zip(turns, nexts, strict=True):
        begins = recorded.start_ms / 1000
        ends = seconds if recorded.end_ms is None else recorded.end_ms / 1000
        pieces = list(rows.pieces(number, begins, ends))
        for piece in pieces:
            shades.setdefault(piece.row, []).append((piece.begins, piece.ends - piece.begins))
        rooms = [(min(max(following, ends) - rows.starts[p.row], rows.length) - p.begins, p) for p in pieces]
        room, roomiest = max(rooms, key=lambda each: each[0])
        _put(ax, turn, roomiest.row, roomiest.begins, room * inches)
    for row, spans in shades.items():
        role = turns[0][0].role
        place = ROW * row + MIDDLES[role] - HALF, 2 * HALF
        ax.broken_barh(spans, place, facecolors=COLOURS[role], alpha=0.12, gid=f"{role} turns")


def _put(ax: Axes, turn: Turn, row: int, begins: float, inches: float) -> None:
    heard = turn.text if turn.text_heard is None else turn.text_heard
    words = fitted(f"{heard} —" if turn.interrupted else heard, inches - 0.1, _LINES)
    if words:
        ax.text(
            begins,
            ROW * row + MIDDLES[turn.role] + HALF + 0.03,
            words,
            fontsize=SMALL,
            va="top",
            linespacing=1.15,
            parse_math=False,
        )


def _key(ax: Axes) -> None:
    from matplotlib.patches import Patch

    ax.legend(
        handles=[Patch(color=COLOURS[role], label=NAMES[role]) for role in COLOURS],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(COLOURS),
        frameon=False,
        borderaxespad=0.2,
    )
