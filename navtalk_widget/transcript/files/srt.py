"""Transcripts as SRT subtitles.

SRT has no place for anything but words and times. What is read back is who spoke, the words that were shown without
empty lines, and beginning and end in milliseconds since the first turn, or the recording, began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from navtalk_widget.transcript.files.cues import clock, cues_of, lines_of, speaker
from navtalk_widget.transcript.files.embedded import as_text
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.turn import Turn

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""When a conversation begins of which it is not known: SRT has no dates."""

_TIME = r"(\d+):(\d\d):(\d\d)[,.](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_SPEAKER = re.compile(r"([^:\n]{1,80}): ")


def dump_srt(turns: Sequence[Turn]) -> str:
    """The turns as subtitles, the speaker's name before the words; see `cues_of` for their times."""
    blocks: list[str] = []
    for cue in cues_of(turns):
        words = lines_of(cue.words)
        if words:
            name = lines_of(speaker(cue.turn)).replace("\n", " ").replace(":", "")
            times = f"{clock(cue.start_s, point=',')} --> {clock(cue.end_s, point=',')}"
            blocks.append(f"{len(blocks) + 1}\n{times}\n{name}: {words}\n")
    return "\n".join(blocks)


def load_srt(data: bytes, path: Path | None = None) -> Iterator[Turn]:
    """Read subtitles, also those of other programs; who is not named is the avatar.

    Times are taken as counted from `EPOCH`.

    Raises:
        TranscriptFileError: these are no subtitles.
    """
    blocks = re.split(r"\n\s*\n", re.sub(r"\r\n?", "\n", as_text(data, path)).strip())
    for number, block in enumerate(filter(None, blocks), start=1):
        lines = block.split("\n")
        times = next((index for index, line in enumerate(lines[:2]) if _TIMES.match(line)), None)
        if times is None:
            raise TranscriptFileError(path, None, f"the {number}. subtitle has no times", hint="Mend or remove it.")
        yield _turn(number, lines[times], "\n".join(lines[times + 1 :]))


def _turn(number: int, times: str, shown: str) -> Turn:
    matched = _TIMES.match(times)
    assert matched is not None
    begin, end = _moment(matched.groups()[:4]), _moment(matched.groups()[4:])
    named = _SPEAKER.match(shown)
    name = "" if named is None else named[1]
    return Turn(
        id=f"srt_{number}",
        role="user" if name == "You" else "avatar",
        text=shown if named is None else shown[named.end() :],
        started_at=begin,
        ended_at=end,
        final=True,
        character=name if name not in ("", "You", "Avatar") else None,
    )


def _moment(parts: Sequence[str]) -> datetime:
    hours, minutes, seconds = map(int, parts[:3])
    return EPOCH + timedelta(hours=hours, minutes=minutes, seconds=seconds, milliseconds=int(parts[3].ljust(3, "0")))
