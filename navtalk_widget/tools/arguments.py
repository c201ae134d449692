"""Arguments sent by the model: from JSON text to the values a function is called with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pydantic_core
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from navtalk_widget.errors import ToolArgumentError

_REPORTED = 5
"""Faults named in one error: enough to correct a call, short enough for the model's context."""

_SHOWN_CHARACTERS = 80
_ERROR_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class ArgumentValidator:
    """Checks and converts arguments for one function.

    Args:
        model: a pydantic model whose aliases are the function's parameters.
        parameters: field name in the model → parameter of the function.
        always_passed: fields whose default the model knows and the function does not.
        context_parameters: parameters of the function that are no arguments: they get the call's `ToolContext`.
    """

    model: type[BaseModel]
    parameters: Mapping[str, str]
    always_passed: frozenset[str]
    context_parameters: tuple[str, ...] = ()

    def validate(self, tool_name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the keyword arguments to call the function with.

        Parameters the model left out are left out here too, so that the function's own defaults hold.

        Raises:
            ToolArgumentError: worded for the model, which can correct its call.
        """
        try:
            checked = self.model.model_validate(dict(arguments))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False)
            faults = "; ".join(_fault(detail) for detail in details[:_REPORTED])
            more = f"; and {len(details) - _REPORTED} more" if len(details) > _REPORTED else ""
            raise ToolArgumentError(f"{tool_name} was not called: {faults}{more}") from error
        except Exception as error:  # the types are the user's, and run code of their own
            told = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
            raise ToolArgumentError(f"{tool_name} was not called: its arguments raised {told}") from error
        passed = checked.model_fields_set | self.always_passed
        return {name: getattr(checked, field) for field, name in self.parameters.items() if field in passed}


def parse_arguments(tool_name: str, text: str) -> dict[str, Any]:
    """Read the JSON object of a function call; nothing at all means no arguments.

    Raises:
        ToolArgumentError: the text is no JSON, or no object.
    """
    if not text.strip():
        return {}
    try:
        arguments = pydantic_core.from_json(text)
    except ValueError as error:
        raise ToolArgumentError(f"{tool_name} was not called: its arguments are not valid JSON: {error}") from error
    if arguments is None:
        return {}
    if not isinstance(arguments, dict):
        raise ToolArgumentError(f"{tool_name} was not called: its arguments must be one JSON object")
    return arguments


def _fault(detail: ErrorDetails) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    match detail["type"]:
        case "missing":
            return f"argument {where} is missing"
        case "extra_forbidden":
            return f"there is no argument {where}"
        case _:
            given = repr(detail["input"])
            if len(given) > _SHOWN_CHARACTERS:
                given = f"{given[:_SHOWN_CHARACTERS]}…"
            return f"argument {where}: {detail['msg']}, not {given}"
