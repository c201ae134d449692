"""What was said, as data: turns in the order of speech, as a table, as a file."""

from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Latency, Recorded, Role, Source, TokenUsage, ToolUse, Turn

__all__ = [
    "Latency",
    "Recorded",
    "Role",
    "Source",
    "TokenUsage",
    "ToolUse",
    "Transcript",
    "TranscriptFileError",
    "Turn",
]
