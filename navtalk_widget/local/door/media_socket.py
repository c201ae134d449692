"""The avatar's voice and picture on a WebSocket, for clients that WebRTC does not reach: an extension of ours."""

from __future__ import annotations

import asyncio
import json
import logging

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.local.door.until_one_ends import until_one_ends
from navtalk_widget.local.door.viewer import Stage
from navtalk_widget.local.door.websocket import SocketClosed, WebSocket
from navtalk_widget.local.rtc.picture_encoder import VIDEO_RATE
from navtalk_widget.local.rtc.tracks import AUDIO_CATCH_UP, AUDIO_STEP, FaceTrack, Pace
from navtalk_widget.protocol.media_frames import KEY_FRAME_WANTED, VideoCodec, write_video, write_voice
from navtalk_widget.protocol.media_queue import MediaQueue

logger = logging.getLogger(__name__)

PAUSE_SENT = 15
"""Frames of silence that are sent after a sound: 300 ms. A longer pause need not keep its exact length."""

_KEY_FRAME_WANTED = json.loads(KEY_FRAME_WANTED)


class MediaSocket:
    """Sends what a conversation's clock plays, each piece as soon as its moment has come, until either side ends.

    Args:
        socket: open.
        stage: the conversation.
        codec: of the pictures.
    """

    def __init__(self, socket: WebSocket, stage: Stage, codec: VideoCodec) -> None:
        self._socket = socket
        self._stage = stage
        self._codec = codec
        self._face: FaceTrack | None = None
        self._queue = MediaQueue()
        self._filled = asyncio.Event()

    async def run(self) -> None:
        """Send until the socket is closed."""
        try:
            errors = await until_one_ends(self._listen(), self._speak(), self._show(), self._send())
        finally:
            if self._face is not None:
                self._face.stop()
        for error in errors:
            if not isinstance(error, SocketClosed):
                logger.error("a media socket failed", exc_info=error)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket, which ends `run`."""
        await self._socket.close(code, reason)

    async def _listen(self) -> None:
        async for message in self._socket:
            if isinstance(message, str) and len(message) < 100 and _is_key_frame_wanted(message):
                self._want_key_frame()

    async def _speak(self) -> None:
        pace = Pace(self._stage.playout, step=AUDIO_STEP, catch_up=AUDIO_CATCH_UP)
        sequence, silent = 0, PAUSE_SENT
        while True:
            position = await pace.next()
            samples = self._stage.playout.read(position, AUDIO_STEP)
            silent = 0 if samples.any() else silent + 1
            if silent <= PAUSE_SENT:
                sequence += 1
                self._put(write_voice(sequence, to_bytes(samples), 1000 * position / SAMPLE_RATE))

    async def _show(self) -> None:
        face = await self._stage.face()
        self._face = FaceTrack(self._stage.playout, face, codec=lambda: self._codec, held=0)
        while True:
            packet = await self._face.recv()
            assert packet.pts is not None
            position_ms = 1000 * packet.pts / VIDEO_RATE
            self._put(write_video(self._codec, bytes(packet), position_ms, key_frame=packet.is_keyframe))

    async def _send(self) -> None:
        while True:
            await self._filled.wait()
            if self._queue:
                await self._socket.send(self._queue.get())
            else:
                self._filled.clear()

    def _put(self, frame: bytes) -> None:
        if self._queue.put(frame):
            self._want_key_frame()
        self._filled.set()

    def _want_key_frame(self) -> None:
        if self._face is not None:
            self._face.want_key_frame()


def _is_key_frame_wanted(message: str) -> bool:
    try:
        return bool(json.loads(message) == _KEY_FRAME_WANTED)
    except ValueError:
        return False
