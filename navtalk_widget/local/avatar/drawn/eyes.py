"""The shapes of an eye between open and closed, as SVG paths."""

from __future__ import annotations

from navtalk_widget.local.avatar.character import EyeLook


def eye_shapes(eye: EyeLook, openness: float, gaze: tuple[float, float]) -> dict[str, str]:
    """Return what the placeholders of a character's `eyes.svg` stand for.

    Coordinates are those of the viewer's left eye, the origin in its middle; the other one is its mirror image.

    Args:
        eye: the measures of the character's eye.
        openness: 0 closed, 1 open.
        gaze: where the iris stands, right and down of the middle.
    """
    half, tilt, lower = eye.half_width, eye.tilt, eye.lower
    reach = half / 15.8
    lid_line = lower * 0.97
    top = -eye.upper_open * openness + lid_line * (1 - openness)
    outer, inner = -half, half
    outer_y, inner_y = -tilt, tilt * 0.6 + 1.0
    upper = (
        f"C{outer + 5.5 * reach:.2f} {top * 1.25 - 0.6:.2f} {inner - 9 * reach:.2f} {top * 1.25:.2f} "
        f"{inner:.2f} {inner_y:.2f}"
    )
    under = (
        f"C{inner - 8 * reach:.2f} {lower * 1.2:.2f} {outer + 8 * reach:.2f} {lower * 1.25:.2f} "
        f"{outer:.2f} {outer_y:.2f}"
    )
    start = f"M{outer:.2f} {outer_y:.2f} "
    thick = eye.lash * (0.75 + 0.25 * openness)
    crease = -(eye.upper_open + eye.crease) * (0.72 + 0.28 * openness)
    wing = f"{outer - 0.6 - (1.4 + eye.wing) * openness:.2f} {outer_y + 0.8 - (1.4 + eye.wing) * openness:.2f}"
    lash_top = top * 1.25 - thick * 1.7
    return {
        "left_eye": f"{eye.left[0]:g} {eye.left[1]:g}",
        "right_eye": f"{eye.right[0]:g} {eye.right[1]:g}",
        "opening": f"{start}{upper} {under} Z",
        "upper": f"{start}{upper}",
        "lower": f"M{inner:.2f} {inner_y:.2f} {under}",
        "lash": (
            f"{start}{upper} C{inner - 8 * reach:.2f} {lash_top + 0.6:.2f} "
            f"{outer + 5 * reach:.2f} {lash_top - 0.6:.2f} {wing} Z"
        ),
        "lid": (
            f"{start}C{outer + 4 * reach:.2f} {crease * 1.25:.2f} {inner - 8 * reach:.2f} {crease * 1.25:.2f} "
            f"{inner:.2f} {inner_y:.2f} {under} Z"
        ),
        "crease": (
            f"M{outer + 0.5:.2f} {outer_y - 3.2:.2f} C{outer + 6 * reach:.2f} {crease * 1.16:.2f} "
            f"{inner - 9 * reach:.2f} {crease * 1.2:.2f} {inner - 2:.2f} {inner_y - 4:.2f}"
        ),
        "lid_opacity": f"{min(1.0, 0.35 + (1 - openness)):.3f}",
        "openness": f"{openness:.3f}",
        "gaze_x": f"{gaze[0]:.2f}",
        "gaze_y": f"{gaze[1]:.2f}",
    }
