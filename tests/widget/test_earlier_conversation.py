"""An avatar with whom one goes on with an earlier conversation."""

from __future__ import annotations

from datetime import datetime, timezone

from navtalk_widget import Avatar, Transcript, Turn


async def test_the_earlier_conversation_is_in_its_transcript_at_once() -> None:
    turn = Turn(id="a", role="user", text="I am Ada.", started_at=datetime(2026, 1, 2, tzinfo=timezone.utc), final=True)
    avatar = Avatar(service="ws://127.0.0.1:9", history=Transcript([turn]))
    try:
        assert list(avatar.transcript) == [turn]
    finally:
        avatar.close()
