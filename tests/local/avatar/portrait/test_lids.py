from __future__ import annotations

import pytest

from navtalk_widget.local.avatar.portrait.lids import find_lids
from navtalk_widget.local.avatar.portrait.placing import Placing
from tests.support.portraits import DRAWN_EYES, LEFT_EYE, RIGHT_EYE, drawn, photo


def test_the_edges_of_drawn_lids_are_found() -> None:
    for lids, eye in zip(find_lids(drawn(), Placing.between(*DRAWN_EYES)), DRAWN_EYES, strict=True):
        assert (lids.placing.x, lids.placing.y) == pytest.approx(eye, abs=5)
        assert lids.placing.unit == pytest.approx(28, rel=0.2)
        upper = lids.placing.to_picture((0.0, lids.upper))[1]
        lower = lids.placing.to_picture((0.0, lids.lower))[1]
        assert upper == pytest.approx(eye[1] - 0.42 * 28, abs=3.5)
        assert lower == pytest.approx(eye[1] + 0.26 * 28, abs=3.5)


def test_the_lids_of_a_person_are_found() -> None:
    for lids, eye in zip(find_lids(photo(), Placing.between(LEFT_EYE, RIGHT_EYE)), (LEFT_EYE, RIGHT_EYE), strict=True):
        assert (lids.placing.x, lids.placing.y) == pytest.approx(eye, abs=3)
        assert 8 < lids.placing.unit < 13
        assert -0.7 < lids.upper < -0.3
        assert 0.1 < lids.lower < 0.4
