"""Tests of what makes tests fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def failing(why: str) -> Iterator[None]:
    """The block fails as a test does, for a reason that matches."""
    with pytest.raises(AssertionError, match=why):
        yield
