from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.local.avatar.life.visemes import REST, VISEMES, Mouth
from navtalk_widget.local.avatar.portrait.lips import Lips
from navtalk_widget.local.avatar.portrait.mouth_shape import shaped
from navtalk_widget.local.avatar.portrait.placing import Placing

PLACING = Placing(100.0, 100.0, 25.0, 0.0)
CLOSED, LAUGHING = Lips(PLACING, -0.2, 0.05, 0.05, 0.4), Lips(PLACING, 0.0, 0.22, 0.5, 0.8)

share = st.floats(0.0, 1.0)
both_ways = st.floats(-1.0, 1.0)
mouths = st.builds(Mouth, share, both_ways, share, share, share, share)


@given(mouths, both_ways, st.sampled_from([CLOSED, LAUGHING]))
def test_no_outline_ever_crosses_another(mouth: Mouth, smile: float, lips: Lips) -> None:
    shape = shaped(lips, mouth, smile)
    assert shape.top < shape.upper <= shape.lower < shape.bottom
    assert 0.4 < shape.wide < 1.3
    assert shape.bottom < lips.bottom + 1.2


def test_lips_that_are_closed_in_the_photo_stay_where_they_are_at_rest() -> None:
    shape = shaped(CLOSED, REST, 0.0)
    assert (shape.wide, shape.corners, shape.top, shape.upper, shape.lower, shape.chin) == (
        1.0,
        0.0,
        CLOSED.top,
        CLOSED.upper,
        CLOSED.lower,
        0.0,
    )
    assert abs(shape.bottom - CLOSED.bottom) < 1e-9


def test_lips_that_are_parted_in_the_photo_meet_at_rest() -> None:
    shape = shaped(LAUGHING, REST, 0.0)
    assert shape.upper == shape.lower
    assert LAUGHING.upper - 0.1 < shape.upper < LAUGHING.lower


def test_lips_made_for_m_are_shut_and_thinner() -> None:
    rest, pressed = shaped(CLOSED, REST, 0.0), shaped(CLOSED, VISEMES["mbp"], 0.0)
    assert pressed.upper == pressed.lower
    assert pressed.bottom - pressed.lower < 0.8 * (rest.bottom - rest.lower)


def test_the_chin_follows_the_lower_lip() -> None:
    shapes = [shaped(CLOSED, Mouth(opening=opening), 0.0) for opening in (0.0, 0.3, 0.6, 1.0)]
    assert [shape.lower for shape in shapes] == sorted(shape.lower for shape in shapes)
    assert [shape.chin for shape in shapes] == sorted(shape.chin for shape in shapes)
    assert shapes[-1].chin > 0.3
