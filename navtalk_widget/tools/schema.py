"""From a function's signature to a JSON schema for the model and a validator of what the model sends."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, create_model
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from navtalk_widget.errors import ToolDefinitionError
from navtalk_widget.tools.arguments import ArgumentValidator
from navtalk_widget.tools.context import ToolContext

_CONFIG = ConfigDict(
    extra="forbid",
    coerce_numbers_to_str=True,  # models send postal codes and years as numbers
)

_CANNOT_BE_NAMED = {
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only",
    inspect.Parameter.VAR_POSITIONAL: "takes any number of values",
    inspect.Parameter.VAR_KEYWORD: "takes any name",
}


class _Quiet(GenerateJsonSchema):
    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Say nothing of a default that JSON cannot express: the function applies it all the same."""


def inspect_parameters(
    function: Callable[..., Any], descriptions: Mapping[str, str]
) -> tuple[dict[str, Any], ArgumentValidator]:
    """Return the JSON schema of a function's parameters, and their validator.

    Hints may be anything pydantic understands: literals, enums, optional values, lists, dataclasses, models, dates,
    `Annotated` with `pydantic.Field`. A parameter without a hint takes any JSON value; one for a `ToolContext` is left
    out.

    Args:
        function: what the tool calls.
        descriptions: text per parameter, used where the hint itself has none.

    Raises:
        ToolDefinitionError: a parameter cannot be passed by name, or its type cannot be expressed in JSON.
    """
    title = getattr(function, "__name__", "the function")
    parameters = _named_parameters(function, title)
    hints = _resolve_hints(function, parameters, title)
    context = tuple(parameter.name for parameter in parameters if _takes_context(hints[parameter.name]))
    parameters = [parameter for parameter in parameters if parameter.name not in context]
    # Fields are numbered and the parameter's name is an alias: `copy`, `schema` or `_x` are no field names.
    names = {f"argument_{number}": parameter.name for number, parameter in enumerate(parameters)}
    fields = {
        field: _field(parameter, hints[parameter.name], descriptions.get(parameter.name))
        for field, parameter in zip(names, parameters, strict=True)
    }
    always_passed = frozenset(field for field, (_, default) in fields.items() if isinstance(default, FieldInfo))
    try:
        model = create_model("Arguments", __config__=_CONFIG, **typing.cast(Any, fields))
        schema = simplify(model.model_json_schema(schema_generator=_Quiet))
    except PydanticUndefinedAnnotation as error:
        raise _unresolved(title, error.name) from error
    except PydanticUserError as error:
        raise ToolDefinitionError(
            f"{title} cannot be a tool: {error.message.splitlines()[0].rstrip('.')}.",
            hint="Use types that JSON can express: str, int, float, bool, list, dict, Literal, dates, dataclasses.",
        ) from error
    return schema, ArgumentValidator(model, names, always_passed, context)


def simplify(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop titles and write each `$ref` out in place, which not every service follows.

    The schema of a type that contains itself keeps its `$defs`.
    """
    definitions = schema.get("$defs", {})
    try:
        body = {key: value for key, value in schema.items() if key != "$defs"}
        return typing.cast("dict[str, Any]", _plain(body, definitions, ()))
    except RecursionError:
        return typing.cast("dict[str, Any]", _plain(schema, None, ()))


def _plain(node: Any, definitions: Mapping[str, Any] | None, inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_plain(item, definitions, inside) for item in node]
    if not isinstance(node, dict):
        return node
    if definitions is not None and "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        if name in inside:
            raise RecursionError(name)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _plain(definitions[name], definitions, (*inside, name)) | _plain(beside, definitions, inside)
    plain: dict[str, Any] = {}
    for key, value in node.items():
        if key in {"properties", "$defs"}:
            plain[key] = {name: _plain(each, definitions, inside) for name, each in value.items()}
        elif key in {"default", "const", "enum", "examples"}:
            plain[key] = value
        elif key != "title" and not (key == "discriminator" and definitions is not None):
            plain[key] = _plain(value, definitions, inside)
    return plain


def _named_parameters(function: Callable[..., Any], title: str) -> list[inspect.Parameter]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:  # some built-in functions have no signature
        raise ToolDefinitionError(f"{title} cannot be a tool: its parameters are unknown.") from error
    if parameters and parameters[0].name in {"self", "cls"}:
        raise ToolDefinitionError(
            f"{title} cannot be a tool: it is a method without its object.",
            hint="Pass the bound method, as in tools=[shop.opening_hours].",
        )
    for parameter in parameters:
        if parameter.kind in _CANNOT_BE_NAMED:
            raise ToolDefinitionError(
                f"{title} cannot be a tool: its parameter {parameter} {_CANNOT_BE_NAMED[parameter.kind]}.",
                hint="The model passes arguments by name: give each parameter a name of its own.",
            )
    return parameters


def _resolve_hints(function: Callable[..., Any], parameters: list[inspect.Parameter], title: str) -> dict[str, Any]:
    """Evaluate the parameters' hints only: a return type may be known to the type checker alone."""
    inner = inspect.unwrap(function)
    inner = getattr(inner, "func", inner)  # functools.partial
    inner = getattr(inner, "__func__", inner)  # a bound method
    inner = inner if inspect.isfunction(inner) else type(inner).__call__
    around = inspect.getclosurevars(inner).nonlocals if inspect.isfunction(inner) else {}

    def carrier() -> None: ...

    carrier.__annotations__ = {
        parameter.name: Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation
        for parameter in parameters
    }
    try:
        return typing.get_type_hints(carrier, getattr(inner, "__globals__", {}), dict(around), include_extras=True)
    except NameError as error:
        raise _unresolved(title, error.name) from error
    except (TypeError, SyntaxError) as error:
        raise ToolDefinitionError(f"{title} cannot be a tool: a type hint is not a type: {error}.") from error


def _takes_context(hint: Any) -> bool:
    if typing.get_origin(hint) in (Annotated, typing.Union, types.UnionType):
        return any(_takes_context(part) for part in typing.get_args(hint))
    return hint is ToolContext


def _unresolved(title: str, name: str | None) -> ToolDefinitionError:
    return ToolDefinitionError(
        f"{title} cannot be a tool: the type {name!r} in its hints is not defined.",
        hint="Define or import it before the function, not only for the type checker.",
    )


def _field(parameter: inspect.Parameter, hint: Any, description: str | None) -> tuple[Any, Any]:
    own = FieldInfo.from_annotation(hint).description
    alias = parameter.name
    marked = Annotated[
        hint,
        Field(alias=alias, validation_alias=alias, serialization_alias=alias, description=own or description),
    ]
    return marked, ... if parameter.default is inspect.Parameter.empty else parameter.default
