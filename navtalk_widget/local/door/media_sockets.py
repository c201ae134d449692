"""Brings each media socket to its conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from navtalk_widget.local.door.admission import Licences, same
from navtalk_widget.local.door.endings import GOING_AWAY, NORMAL
from navtalk_widget.local.door.media_socket import MediaSocket
from navtalk_widget.local.door.viewer import Stage
from navtalk_widget.local.door.websocket import WebSocket
from navtalk_widget.protocol.media_frames import CODECS, USES

UNKNOWN = 4004
"""With this code a socket is closed that names no conversation, or presents no good licence."""


class MediaSockets:
    """Knows the conversations and the media sockets of each, one for each use; a new one ends the one before.

    Args:
        licences: where one is required, it is asked for.
    """

    def __init__(self, licences: Licences) -> None:
        self._licences = licences
        self._stages: dict[str, Stage] = {}
        self._sockets: dict[tuple[str, str], MediaSocket] = {}

    def add(self, stage: Stage) -> None:
        """Take in a conversation; whoever does lets it go by `remove`."""
        self._stages[stage.session_id] = stage

    async def remove(self, stage: Stage) -> None:
        """Let a conversation go."""
        self._stages.pop(stage.session_id, None)
        for use in USES:
            if (socket := self._sockets.pop((stage.session_id, use), None)) is not None:
                await socket.close(NORMAL, "the conversation ended")

    async def close(self) -> None:
        """End all sockets, saying why."""
        await asyncio.gather(*(each.close(GOING_AWAY, "the service ends") for each in self._sockets.values()))

    async def serve(self, socket: WebSocket, query: Mapping[str, str]) -> None:
        """Send a conversation's media until either side ends."""
        stage = self._find(query.get("sessionId", ""))
        if stage is None or not self._licences.admit(query.get("license", "")):
            await socket.close(UNKNOWN, "no such conversation")
            return
        codec = next((each for each in CODECS if each == query.get("codec")), CODECS[0])
        use = next((each for each in USES if each == query.get("use")), USES[0])
        media, key = MediaSocket(socket, stage, codec), (stage.session_id, use)
        before, self._sockets[key] = self._sockets.get(key), media
        if before is not None:
            await before.close(NORMAL, "another socket has the media")
        try:
            await media.run()
        finally:
            if self._sockets.get(key) is media:
                del self._sockets[key]

    def _find(self, session_id: str) -> Stage | None:
        return next((stage for stage in self._stages.values() if same(session_id, stage.session_id)), None)
