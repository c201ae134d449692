"""A face that lives along with the playout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.motion import ATTITUDES, LIVELY_REACH, Attitude, Mood, bearing_at
from navtalk_widget.local.avatar.visemes import LEAD, REACH, mouth_at
from navtalk_widget.local.playout import Playout

_MOOD_CHANGE = SAMPLE_RATE * 450 // 1000


class LiveFace:
    """The face of one conversation: speaks what its playout plays, and shows a mood.

    It belongs to the playout's loop. The picture of a moment follows from the position and what is scheduled
    around it alone, so any number of viewers see the same.
    """

    def __init__(self, face: Face, playout: Playout) -> None:
        self._face = face
        self._playout = playout
        self._mood: Mood = "idle"
        self._from = Attitude()
        self._since = -_MOOD_CHANGE

    @property
    def mood(self) -> Mood:
        """What the avatar is doing, as far as its bearing shows it; changes are eased in."""
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        if mood != self._mood:
            now = self._playout.position
            self._from, self._since, self._mood = self._attitude_at(now), now, mood

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        """Return the picture of that moment: planar YUV 4:2:0, uint8 of shape (600, 320)."""
        around = self._playout.phonemes_between(position - LIVELY_REACH, position + LIVELY_REACH)
        near = [p for p in around if p.end > position - REACH and p.start < position + REACH + LEAD]
        return self._face.picture(mouth_at(position, near), bearing_at(position, around, self._attitude_at(position)))

    def _attitude_at(self, position: int) -> Attitude:
        share = min(1.0, max(0.0, (position - self._since) / _MOOD_CHANGE))
        return self._from.towards(ATTITUDES[self._mood], share * share * (3.0 - 2.0 * share))
