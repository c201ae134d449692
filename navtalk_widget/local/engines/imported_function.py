"""Functions that are named on the command line."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from navtalk_widget.errors import ConfigurationError


def imported_function(path: str, part: str) -> Callable[..., Any]:
    """Find the function behind ``module:callable``.

    Args:
        path: where it is.
        part: what it is to be, in words.

    Raises:
        ConfigurationError: it cannot be imported, or is no function.
    """
    hint = "Name it as module:callable, with the module on the Python path."
    module_name, _, attribute = path.partition(":")
    try:
        function: Any = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"The {part} {path!r} cannot be imported: {error}.", hint=hint) from error
    if not callable(function):
        raise ConfigurationError(f"The {part} {path!r} is no function.", hint=hint)
    called: Callable[..., Any] = function
    return called
