"""Plots are drawn to memory, and no figure outlives its test."""

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot


@pytest.fixture(autouse=True)
def drawn_to_memory() -> Iterator[None]:
    backend = mpl.get_backend()
    pyplot.switch_backend("Agg")
    with mpl.rc_context():
        yield
    pyplot.close("all")
    pyplot.switch_backend(backend)
