"""What the model is told of a function in words."""

from collections.abc import Callable
from typing import Any

import pytest

from navtalk_widget.tools.docstring import describe


def google(city: str) -> None:
    """Tell the weather
    of a city.

    Slow on Mondays.

    Args:
        city: its name,
            in English.
    """


def numpy_style(city: str) -> None:
    """Tell the weather of a city.

    Parameters
    ----------
    city : str
        its name, in English.
    """


def rest(city: str) -> None:
    """Tell the weather of a city.

    :param city: its name, in English.
    """


@pytest.mark.parametrize("function", [google, numpy_style, rest])
def test_first_paragraph_and_parameters_are_read_in_every_common_style(function: Callable[..., Any]) -> None:
    described = describe(function)
    assert described.summary == "Tell the weather of a city."
    assert described.parameters == {"city": "its name, in English."}


def test_a_function_without_docstring_has_empty_words() -> None:
    assert describe(lambda: None).summary == ""


def test_a_docstring_that_cannot_be_parsed_still_gives_its_first_paragraph() -> None:
    def odd() -> None:
        """Ring the bell.

        :param
        """

    assert describe(odd).summary == "Ring the bell."
