"""The report on a conversation: its figures, shown as a table in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from navtalk_widget.transcript.report import figures
from navtalk_widget.transcript.report.as_html import to_html
from navtalk_widget.transcript.report.figures import Side, Stage, ToolFigures
from navtalk_widget.transcript.report.on_terminal import on_terminal, to_text
from navtalk_widget.transcript.report.page import page_of
from navtalk_widget.transcript.turn import TokenUsage, Turn

if TYPE_CHECKING:
    import pandas
    from rich.console import Console, ConsoleOptions, RenderResult


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Report:
    """A conversation in figures; of a transcript that holds several, all of them together.

    It shows itself as a table: in a notebook, by ``print``, and in colour by ``rich.print``.
    """

    characters: tuple[str, ...]
    """With whom the person talked."""
    conversations: int
    started_at: datetime | None
    """UTC; None if nothing was said."""
    ended_at: datetime | None
    duration_s: float
    """Seconds from the first word to the last, the time between conversations left out."""
    person: Side
    avatar: Side
    latency: dict[str, Stage]
    """How long answers took, by the fields of `Latency`; those of which nothing is known are left out."""
    tools: dict[str, ToolFigures]
    """By name, those that were called most first."""
    tokens: TokenUsage | None
    """None where the service does not tell."""
    service: str = ""
    """In words; empty for a transcript that was read."""
    connection: Mapping[str, float | str] = field(default_factory=dict)
    """Figures of the connection, by their names in `page.CONNECTION`; empty for a transcript that was read."""

    @classmethod
    def of(
        cls, turns: Sequence[Turn], *, service: str = "", connection: Mapping[str, float | str] | None = None
    ) -> Report:
        """Count what is in the turns.

        Args:
            turns: in the order of speech.
            service: which service it was, in words.
            connection: what is known of the connection.
        """
        conversations = figures.conversations(turns)
        person, avatar = figures.sides(turns)
        return cls(
            characters=tuple(dict.fromkeys(turn.character for turn in turns if turn.character)),
            conversations=len(conversations),
            started_at=turns[0].started_at if turns else None,
            ended_at=max(turn.ended_at or turn.started_at for turn in turns) if turns else None,
            duration_s=sum(map(figures.span_s, conversations)),
            person=person,
            avatar=avatar,
            latency=figures.stages(turns),
            tools=figures.tools(turns),
            tokens=figures.tokens(turns),
            service=service,
            connection=dict(connection or {}),
        )

    def to_dict(self) -> dict[str, Any]:
        """All figures, ready for JSON: times as ISO 8601."""
        told = asdict(self)
        for name in ("started_at", "ended_at"):
            told[name] = None if told[name] is None else told[name].isoformat()
        return {**told, "characters": list(self.characters)}

    def to_pandas(self) -> pandas.DataFrame:
        """One row, for comparing conversations: ``pandas.concat(report.to_pandas() for report in reports)``.

        Columns are named like ``avatar.talk_share`` and ``latency.heard_ms.p50_ms``.
        """
        import pandas as pd

        table = pd.json_normalize(self.to_dict())
        for name in ("started_at", "ended_at"):
            table[name] = pd.to_datetime(table[name], utc=True)
        return table

    def __str__(self) -> str:
        return to_text(page_of(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_html(page_of(self))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from on_terminal(page_of(self))
