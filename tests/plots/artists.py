"""What is in a plot, read from its artists."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, PolyCollection
from numpy.typing import NDArray


def spans(ax: Axes, name: str) -> list[tuple[float, float]]:
    """Beginning and end of each of the bars that have this name, from left to right in each row."""
    found = []
    for collection in ax.collections:
        if collection.get_gid() == name:
            assert isinstance(collection, PolyCollection)
            found += [path.get_extents() for path in collection.get_paths()]
    found.sort(key=lambda box: (box.y0, box.x0))
    return [(float(box.x0), float(box.x1)) for box in found]


def outline(collection: Collection) -> NDArray[np.float64]:
    """The corners of a shape, (n, 2)."""
    return np.asarray(collection.get_paths()[0].vertices, dtype=float)


def lay_out(ax: Axes) -> float:
    """Give everything its place; return how far the picture reaches to the right, in pixels."""
    figure = ax.figure.figure
    figure.draw_without_rendering()
    return float(figure.bbox.x1)


def rows(ax: Axes, name: str) -> list[float]:
    """The tops of the bars that have this name, each once, from the top."""
    tops = {
        round(float(path.get_extents().y0), 6)
        for collection in ax.collections
        if collection.get_gid() == name
        for path in collection.get_paths()
    }
    return sorted(tops)


def points(ax: Axes, name: str) -> list[float]:
    """Where the marks stand that have this name."""
    return [
        float(at)
        for collection in ax.collections
        if collection.get_gid() == name and isinstance(collection, PathCollection)
        for at, _ in np.asarray(collection.get_offsets())
    ]


def words(ax: Axes) -> list[str]:
    """All words within the axes, lines joined."""
    return [" ".join(text.get_text().split("\n")) for text in ax.texts]


def key(ax: Axes) -> list[str]:
    """What the key explains."""
    legend = ax.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]
