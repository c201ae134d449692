"""Transcripts as WebVTT subtitles, which can be read back whole: each turn is also in a note, which players skip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from navtalk_widget.transcript.files.cues import clock, cues_of, lines_of, speaker
from navtalk_widget.transcript.files.embedded import NAME, as_text, embeddable, load_embedded
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.turn import Turn

_NOTE = f"NOTE {NAME} "


def dump_vtt(turns: Sequence[Turn]) -> str:
    """The turns as subtitles; see `cues_of` for their times."""
    blocks = ["WEBVTT\n"]
    for cue in cues_of(turns):
        blocks.append(f"{_NOTE}{embeddable(cue.turn)}\n")
        words = escape(lines_of(cue.words), quote=False)
        if words:
            name = escape(lines_of(speaker(cue.turn)).replace("\n", " "), quote=False)
            times = f"{clock(cue.start_s, point='.')} --> {clock(cue.end_s, point='.')}"
            blocks.append(f"{times}\n<v {name}>{words}\n")
    return "\n".join(blocks)


def load_vtt(data: bytes, path: Path | None = None) -> list[Turn]:
    """Read what `dump_vtt` wrote. What was changed of times and words in it is not seen: the notes count.

    Raises:
        TranscriptFileError: these are no subtitles, or those of another program.
    """
    text = as_text(data, path)
    if not text.startswith("WEBVTT"):
        raise TranscriptFileError(path, 1, "WebVTT begins with WEBVTT", hint="Write it anew with to_vtt().")
    lines = re.split(r"\r\n|\r|\n", text)
    # Only after an empty line, which no words of a cue have before them: what is said may look like a note.
    notes = [
        (number, line[len(_NOTE) :])
        for number, (before, line) in enumerate(pairwise(["", *lines]), start=1)
        if line.startswith(_NOTE) and not before.strip()
    ]
    if not notes and "-->" in text:
        raise TranscriptFileError(
            path, None, "these subtitles were not written by to_vtt(), or their notes were removed", hint=""
        )
    return load_embedded(notes, path, written_by="to_vtt")
