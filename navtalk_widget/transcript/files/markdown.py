"""Transcripts as Markdown, which can be read back whole: the turns are also in comments, which are not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from navtalk_widget.transcript.files.cues import lines_of, speaker
from navtalk_widget.transcript.files.embedded import NAME, as_text, embeddable, load_embedded
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.rendering import shown_words
from navtalk_widget.transcript.turn import Turn

_COMMENT = re.compile(rf"<!-- {NAME} (.*) -->")
_SIGNS = re.compile(r"([\\`*_\[\]<>|~$&])")
_AT_THE_BEGINNING = re.compile(r"^(\d*)([-+=#.)])", re.MULTILINE)
"""Marks of lists and headings."""


def dump_markdown(turns: Sequence[Turn]) -> str:
    """The turns as a heading with the speaker's name and the time (UTC), then the words, as they were said."""
    blocks = [_block(turn) for turn in turns]
    return "\n".join([f"{_title(turns)}\n", *blocks])


def load_markdown(data: bytes, path: Path | None = None) -> list[Turn]:
    """Read what `dump_markdown` wrote. What was changed of the words in it is not seen: the comments count.

    Raises:
        TranscriptFileError: this was not written by `dump_markdown`.
    """
    text = as_text(data, path)
    lines = enumerate(text.split("\n"), start=1)
    found = [(number, match[1]) for number, line in lines if (match := _COMMENT.fullmatch(line.rstrip("\r")))]
    if not found and not text.startswith("# Conversation"):
        raise TranscriptFileError(
            path, None, "this text was not written by to_markdown(), or its comments were removed", hint=""
        )
    return load_embedded(found, path, written_by="to_markdown")


def _title(turns: Sequence[Turn]) -> str:
    names = list(dict.fromkeys(speaker(turn) for turn in turns if turn.role == "avatar"))
    title = f"# Conversation with {_plain(' and '.join(names))}" if names else "# Conversation"
    return f"{title}\n\n{turns[0].started_at:%Y-%m-%d}, AI avatar" if turns else title


def _block(turn: Turn) -> str:
    notes = [*(f"used {use.name}" for use in turn.tool_calls), *(["interrupted"] if turn.interrupted else [])]
    words = _plain(shown_words(turn)).replace("\n", "\\\n")
    noted = f" · {_plain(', '.join(notes))}" if notes else ""
    heading = f"**{_plain(speaker(turn))}** · {turn.started_at:%H:%M:%S}{noted}"
    return f"{heading}\n\n{words}\n\n<!-- {NAME} {embeddable(turn)} -->\n"


def _plain(words: str) -> str:
    """Words that Markdown shows as they are."""
    return _AT_THE_BEGINNING.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", lines_of(words)))
