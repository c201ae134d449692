from collections.abc import Iterator

import pytest
from ipywidgets import Widget


@pytest.fixture(autouse=True)
def _no_widgets_left() -> Iterator[None]:
    """Recorders that outlive the avatar they record would trouble whoever writes down the state of all widgets."""
    yield
    Widget.close_all()
