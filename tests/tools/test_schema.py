"""From signatures to JSON schema."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import jsonschema  # type: ignore[import-untyped]
import pydantic
import pytest

from navtalk_widget.errors import ToolDefinitionError
from navtalk_widget.tools.schema import inspect_parameters

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForTheTypeChecker


class Unit(enum.Enum):
    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


@dataclasses.dataclass
class Place:
    city: str
    country: str | None = None


class Node(pydantic.BaseModel):
    title: str
    children: list[Node] = []


def schema_of(function: Callable[..., Any], **descriptions: str) -> dict[str, Any]:
    schema, _ = inspect_parameters(function, descriptions)
    jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(schema)
    return schema


def property_of(function: Callable[..., Any], name: str, **descriptions: str) -> dict[str, Any]:
    found = schema_of(function, **descriptions)["properties"][name]
    assert isinstance(found, dict)
    return found


def test_a_function_without_parameters_is_an_empty_object() -> None:
    def ring() -> None: ...

    assert schema_of(ring) == {"type": "object", "properties": {}, "additionalProperties": False}


def test_types_defaults_and_descriptions_reach_the_schema() -> None:
    def book(seats: int, name: str = "guest", near: float | None = None) -> None: ...

    schema = schema_of(book, seats="how many")
    assert schema["required"] == ["seats"]
    assert schema["properties"]["seats"] == {"type": "integer", "description": "how many"}
    assert schema["properties"]["name"] == {"type": "string", "default": "guest"}
    assert schema["properties"]["near"]["anyOf"] == [{"type": "number"}, {"type": "null"}]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Unit, {"type": "string", "enum": ["celsius", "fahrenheit"]}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (datetime.date, {"type": "string", "format": "date"}),
        (datetime.datetime, {"type": "string", "format": "date-time"}),
        (Optional[bool], {"anyOf": [{"type": "boolean"}, {"type": "null"}]}),  # noqa: UP045 - as users write it
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
    ],
)
def test_each_kind_of_hint_is_understood(hint: Any, expected: dict[str, Any]) -> None:
    def function(value):  # type: ignore[no-untyped-def]
        ...

    function.__annotations__ = {"value": hint}
    assert property_of(function, "value") == expected


def test_dataclasses_and_models_are_written_out_without_references() -> None:
    def weather(place: Place, others: list[Place]) -> None: ...

    schema = schema_of(weather)
    assert "$ref" not in json.dumps(schema)
    assert schema["properties"]["place"]["properties"]["city"] == {"type": "string"}
    assert schema["properties"]["others"]["items"] == schema["properties"]["place"]


def test_a_type_that_contains_itself_keeps_its_definition() -> None:
    def plant(tree: Node) -> None: ...

    schema = schema_of(plant)
    # A property that is called title is a property, not a title.
    assert schema["$defs"]["Node"]["properties"]["title"] == {"type": "string"}
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"tree": {"title": "a", "children": [{"title": "b"}]}})
    assert not validator.is_valid({"tree": {"title": "a", "children": [{}]}})


def test_a_parameter_without_hint_takes_any_value() -> None:
    def echo(value):  # type: ignore[no-untyped-def]
        ...

    assert property_of(echo, "value") == {}


def test_the_description_in_the_hint_wins_over_the_docstring() -> None:
    def f(x: Annotated[int, pydantic.Field(description="from the hint", ge=1)]) -> None: ...

    assert property_of(f, "x", x="from the docstring") == {
        "type": "integer",
        "minimum": 1,
        "description": "from the hint",
    }


def test_parameters_may_be_called_like_attributes_of_pydantic_models() -> None:
    def f(copy: int, schema: str, model_config: str, _hidden: int, json: bool) -> None: ...

    assert list(schema_of(f)["properties"]) == ["copy", "schema", "model_config", "_hidden", "json"]


def test_a_default_that_json_cannot_express_is_left_to_the_function() -> None:
    marker = object()

    def f(x: Any = marker) -> None: ...

    schema, validator = inspect_parameters(f, {})
    assert schema["properties"]["x"] == {}
    assert "required" not in schema
    assert validator.validate("f", {}) == {}


def test_a_pydantic_default_is_passed_because_the_function_does_not_know_it() -> None:
    def f(x: int = pydantic.Field(5, description="why")) -> int:
        return x

    schema, validator = inspect_parameters(f, {})
    assert schema["properties"]["x"] == {"type": "integer", "default": 5, "description": "why"}
    assert f(**validator.validate("f", {})) == 5


def test_hints_may_name_types_local_to_a_cell_or_function() -> None:
    @dataclasses.dataclass
    class Local:
        n: int

    def f(x: Local) -> Local:
        return Local(x.n)

    assert property_of(f, "x")["required"] == ["n"]


def test_a_return_type_known_to_the_type_checker_only_does_no_harm() -> None:
    def f(x: int) -> OnlyForTheTypeChecker: ...  # type: ignore[empty-body]

    assert property_of(f, "x") == {"type": "integer"}


def test_wrapped_functions_bound_methods_partials_and_objects_keep_their_parameters() -> None:
    def plain(x: Place, y: int = 1) -> None: ...

    @functools.wraps(plain)
    def wrapped(*args: Any, **kwargs: Any) -> None: ...

    class Shop:
        def bound(self, x: Place) -> None: ...

        def __call__(self, x: Place) -> None: ...

    for function in (wrapped, Shop().bound, Shop(), functools.partial(plain, y=2)):
        assert property_of(function, "x")["required"] == ["city"]


def undefined_type(x: NoSuchType) -> None:  # type: ignore[name-defined] # noqa: F821
    ...


def no_type(x: "not a type") -> None:  # type: ignore[valid-type] # noqa: F722
    ...


def callable_parameter(x: Callable[[], int]) -> None: ...


def frame_parameter(x: jsonschema.Draft202012Validator) -> None: ...


def many(*values: int) -> None: ...


def any_name(**options: int) -> None: ...


def positional_only(x: int, /) -> None: ...


class Shop:
    def unbound(self, x: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (undefined_type, "'NoSuchType' in its hints is not defined"),
        (no_type, "a type hint is not a type"),
        (callable_parameter, "callable_parameter cannot be a tool"),
        (frame_parameter, "frame_parameter cannot be a tool"),
        (many, r"\*values: .*takes any number of values"),
        (any_name, r"\*\*options: .*takes any name"),
        (positional_only, "x: .*is positional-only"),
        (Shop.unbound, "method without its object"),
        (dict.get, "positional-only|without its object"),
        (int, "int cannot be a tool"),
    ],
)
def test_what_cannot_be_a_tool_is_refused_with_the_reason(function: Callable[..., Any], reason: str) -> None:
    with pytest.raises(ToolDefinitionError, match=reason):
        inspect_parameters(function, {})
