from __future__ import annotations

import pytest

from navtalk_widget.local.avatar.portrait.lips import find_lips
from navtalk_widget.local.avatar.portrait.placing import Placing
from tests.support.portraits import (
    DRAWN_EYES,
    DRAWN_HALF,
    DRAWN_MOUTH,
    LEFT_EYE,
    MOUTH,
    RIGHT_EYE,
    drawn,
    photo,
)

EYES = Placing.between(*DRAWN_EYES)


@pytest.mark.parametrize("sag", [0.0, 0.16])
@pytest.mark.parametrize("parted", [0.0, 0.3])
def test_the_outlines_between_known_corners_are_found(parted: float, sag: float) -> None:
    lips = find_lips(drawn(parted=parted, sag=sag), EYES, DRAWN_MOUTH)
    assert lips.placing.to_picture((-1.0, 0.0)) == pytest.approx(DRAWN_MOUTH[0])
    assert lips.top == pytest.approx(sag - 0.24, abs=0.07)
    assert lips.upper == pytest.approx(sag, abs=0.06)
    assert lips.lower == pytest.approx(sag + parted, abs=0.06)
    assert lips.bottom == pytest.approx(sag + parted + 0.32, abs=0.08)


@pytest.mark.parametrize("parted", [0.0, 0.3])
def test_the_mouth_itself_is_found(parted: float) -> None:
    lips = find_lips(drawn(parted=parted), EYES, None)
    assert (lips.placing.x, lips.placing.y) == pytest.approx((300.0, 405.0), abs=6)
    assert lips.placing.unit == pytest.approx(DRAWN_HALF, rel=0.15)
    assert lips.lower - lips.upper == pytest.approx(parted, abs=0.08)


@pytest.mark.parametrize("colours", ["RGB", "L"], ids=["in colour", "black and white"])
def test_the_parted_lips_of_a_person_are_found(colours: str) -> None:
    lips = find_lips(photo().convert(colours).convert("RGB"), Placing.between(LEFT_EYE, RIGHT_EYE), None)
    left, right = lips.placing.to_picture((-1.0, 0.0)), lips.placing.to_picture((1.0, 0.0))
    assert left == pytest.approx(MOUTH[0], abs=5)
    assert right == pytest.approx(MOUTH[1], abs=5)
    assert 0.12 < lips.lower - lips.upper < 0.4
    assert 0.1 < lips.upper - lips.top < 0.4
    assert 0.15 < lips.bottom - lips.lower < 0.5


def test_a_picture_without_a_mouth_gives_usual_lips_at_the_usual_place() -> None:
    from PIL import Image

    lips = find_lips(Image.new("RGB", (600, 700), (200, 160, 140)), EYES, None)
    assert EYES.to_face((lips.placing.x, lips.placing.y))[1] == pytest.approx(1.03, abs=0.25)
    assert lips.top < lips.upper <= lips.lower < lips.bottom
