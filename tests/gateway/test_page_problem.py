from typing import get_args, get_type_hints

import pytest

from navtalk_widget.gateway.from_page import PageProblem
from navtalk_widget.gateway.page_problem import page_problem


@pytest.mark.parametrize("code", get_args(get_type_hints(PageProblem)["code"]))
def test_whatever_a_page_may_report_has_words_and_a_next_step(code: str) -> None:
    problem = page_problem(code, "")
    assert str(problem).count(".") >= 1
    assert problem.hint


def test_the_browsers_own_words_are_added() -> None:
    assert str(page_problem("microphone_silent", "suspended")).startswith(
        "Nothing comes from the microphone (suspended)."
    )
