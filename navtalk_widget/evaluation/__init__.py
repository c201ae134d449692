"""Scripted conversations by the hundred: what is said, what is expected, and a table of what came of it.

Names are resolved when they are first used: pytest loads a module of this package in every run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from navtalk_widget.evaluation.batch import evaluate
    from navtalk_widget.evaluation.configs import grid
    from navtalk_widget.evaluation.expectations import Expectations, ExpectedTool, Within
    from navtalk_widget.evaluation.scenario import Scenario, Step

__all__ = ["Expectations", "ExpectedTool", "Scenario", "Step", "Within", "evaluate", "grid"]

_HOMES = {
    "Expectations": "expectations",
    "ExpectedTool": "expectations",
    "Scenario": "scenario",
    "Step": "scenario",
    "Within": "expectations",
    "evaluate": "batch",
    "grid": "configs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
