"""Conversations stored as they happen: written without loss, read as tables, redacted, deleted.

``Session(history_dir=…)`` and ``Avatar(history_dir=…)`` store; `read_transcripts` reads all of it.
"""

from navtalk_widget.history.contents import conversations
from navtalk_widget.history.deletion import Deleted, delete_conversation
from navtalk_widget.history.patterns import redact_patterns
from navtalk_widget.history.reading import read_transcripts

__all__ = ["Deleted", "conversations", "delete_conversation", "read_transcripts", "redact_patterns"]
