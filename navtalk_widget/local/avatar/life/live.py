"""A face that lives along with the playout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.life import expression
from navtalk_widget.local.avatar.life.expression import Texts, expression_at
from navtalk_widget.local.avatar.life.motion import ATTITUDES, LIVELY_REACH, Mood, MoodChange, bearing_at
from navtalk_widget.local.avatar.life.visemes import LEAD, REACH, mouth_at
from navtalk_widget.local.playout import Playout

NOTICED_AFTER = SAMPLE_RATE * 60 // 1000
"""Samples for which a voice has been heard when it is noticed: the face would have begun to move by then."""


class LiveFace:
    """The face of one conversation: speaks what its playout plays, and shows a mood.

    It belongs to the playout's loop. The picture of a moment follows from the position and what is scheduled
    around it alone, so any number of viewers see the same.
    """

    def __init__(self, face: Face, playout: Playout) -> None:
        self._face = face
        self._playout = playout
        self._texts = Texts()
        self._change = MoodChange(ATTITUDES["idle"], "idle", -SAMPLE_RATE)

    @property
    def mood(self) -> Mood:
        """What the avatar is doing, as far as its bearing shows it; changes are eased in."""
        return self._change.mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        if mood != self._change.mood:
            now = self._playout.position
            since = now - NOTICED_AFTER if mood == "listening" else now
            self._change = MoodChange(self._change.attitude_at(now), mood, since)

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        """Return the picture of that moment, see `Face.picture`."""
        around = self._playout.phonemes_between(position - LIVELY_REACH, position + LIVELY_REACH)
        near = [p for p in around if p.end > position - REACH and p.start < position + REACH + LEAD]
        texts = self._texts.said(self._playout.texts_between(position - expression.REACH, position + 1))
        bearing = bearing_at(position, around, self._change.attitude_at(position), expression_at(position, texts))
        return self._face.picture(mouth_at(position, near), bearing)
