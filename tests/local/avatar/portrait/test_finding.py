from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.local.avatar.portrait.finding import find_eyes
from tests.support.portraits import LEFT_EYE, RIGHT_EYE, photo

opencv = pytest.importorskip("cv2", reason="needs the extra 'portrait'")


@pytest.mark.parametrize("colours", ["RGB", "L"], ids=["in colour", "black and white"])
@pytest.mark.parametrize("scale", [0.6, 1.0, 4.0])
def test_the_eyes_of_a_person_are_found(colours: str, scale: float) -> None:
    size = round(276 * scale), round(345 * scale)
    left, right = find_eyes(photo().convert(colours).convert("RGB").resize(size))
    assert left == pytest.approx([scale * at for at in LEFT_EYE], abs=5 * scale)
    assert right == pytest.approx([scale * at for at in RIGHT_EYE], abs=5 * scale)


def test_of_several_faces_the_largest_is_taken() -> None:
    scene = Image.new("RGB", (900, 600), (150, 150, 150))
    scene.paste(photo(), (0, 0))
    scene.paste(photo().resize((414, 518)), (400, 50))
    left, right = find_eyes(scene)
    assert left == pytest.approx((400 + 1.5 * LEFT_EYE[0], 50 + 1.5 * LEFT_EYE[1]), abs=8)
    assert right == pytest.approx((400 + 1.5 * RIGHT_EYE[0], 50 + 1.5 * RIGHT_EYE[1]), abs=8)


def test_a_picture_without_a_face_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match=r"No face .* left_eye=") as told:
        find_eyes(Image.effect_mandelbrot((400, 500), (-2, -1.5, 1, 1.5), 50).convert("RGB"))
    assert not isinstance(told.value, MissingExtraError)


def test_without_opencv_both_ways_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"navtalk-widget\[portrait\].*left_eye="):
        find_eyes(photo())


def test_an_opencv_without_its_models_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", SimpleNamespace(__version__="5.0.0"))
    with pytest.raises(MissingExtraError, match=r"5\.0\.0 .* left_eye="):
        find_eyes(photo())
