"""What waits to be sent of the avatar's voice and picture, for a receiver that may be slow."""

from __future__ import annotations

from collections import deque

from navtalk_widget.protocol.media_frames import is_key_frame, is_video

MAX_VOICE = 50
"""Frames of 20 ms: what is later than a second is of no use in a conversation."""

MAX_PICTURES = 25


class MediaQueue:
    """Frames in order, no more of them than a second.

    Policy: of the voice the oldest are dropped; of the pictures all, up to the next key frame, for those in between
    cannot be understood.
    """

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._voice = 0
        self._pictures = 0
        self._key_frame_awaited = False

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: bytes) -> bool:
        """Queue a frame.

        Returns:
            Whether pictures had to be dropped, so that a key frame must be asked for.
        """
        if not is_video(frame):
            if self._voice >= MAX_VOICE:
                self._drop_oldest_voice()
            self._voice += 1
            self._frames.append(frame)
            return False
        key_frame = is_key_frame(frame)
        if self._key_frame_awaited and not key_frame:
            return False
        self._key_frame_awaited = False
        if self._pictures >= MAX_PICTURES:
            self._frames = deque(each for each in self._frames if not is_video(each))
            self._pictures = 0
            if not key_frame:
                self._key_frame_awaited = True
                return True
        self._pictures += 1
        self._frames.append(frame)
        return False

    def get(self) -> bytes:
        """Take the next frame; there must be one."""
        frame = self._frames.popleft()
        if is_video(frame):
            self._pictures -= 1
        else:
            self._voice -= 1
        return frame

    def drop_voice(self) -> None:
        """Forget the voice that waits."""
        self._frames = deque(each for each in self._frames if is_video(each))
        self._voice = 0

    def clear(self) -> None:
        """Forget all that waits; whatever comes next is sent."""
        self._frames.clear()
        self._voice = self._pictures = 0
        self._key_frame_awaited = False

    def _drop_oldest_voice(self) -> None:
        for number, frame in enumerate(self._frames):
            if not is_video(frame):
                del self._frames[number]
                self._voice -= 1
                return
