"""What a tool returned, as the model reads it."""

import dataclasses
import datetime
import decimal
import enum
import pathlib
from typing import Any

import numpy as np
import pandas as pd
import pydantic
import pytest

from navtalk_widget.tools.result_text import MAX_CHARACTERS, to_text


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: float
    when: datetime.date


class Model(pydantic.BaseModel):
    name: str


class Odd:
    def __str__(self) -> str:
        return "an odd thing"


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("18 degrees", "18 degrees"),
        ("天气", "天气"),
        ("half \ud83d", "half ?"),
        (None, "null"),
        (True, "true"),
        (2.5, "2.5"),
        ({"città": "Forlì"}, '{"città":"Forlì"}'),
        ((1, {2}), "[1,[2]]"),
        (b"\xff", '"_w=="'),
        (Colour.RED, '"red"'),
        (decimal.Decimal("1.20"), '"1.20"'),
        (datetime.date(2026, 1, 2), '"2026-01-02"'),
        (pathlib.PurePosixPath("/a"), '"/a"'),
        (Point(1.5, datetime.date(2026, 1, 2)), '{"x":1.5,"when":"2026-01-02"}'),
        ([Model(name="a")], '[{"name":"a"}]'),
        ({"thing": Odd()}, '{"thing":"an odd thing"}'),
        (np.int64(3), "3"),
        (np.float32(0.5), "0.5"),
        (np.bool_(True), "true"),
        (np.datetime64("2026-01-02"), '"2026-01-02"'),
        (np.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]"),
        ({"mean": np.float64(1.5)}, '{"mean":1.5}'),
        (pd.Timestamp("2026-01-02", tz="UTC"), '"2026-01-02T00:00:00Z"'),
        (pd.NA, "null"),
        (pd.Series([1, 2]), "[1,2]"),
        (pd.Series({"a": 1}), '[{"index":"a","value":1}]'),
        (pd.DataFrame({"x": [1.5, None], "s": ["a", "b"]}), '[{"x":1.5,"s":"a"},{"x":null,"s":"b"}]'),
        (pd.DataFrame({"x": [1]}, index=pd.Index(["Rome"], name="city")), '[{"city":"Rome","x":1}]'),
        (pd.Index(["a", "b"]), '["a","b"]'),
        (CYCLE, "[[...]]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_become_text(value: object, text: str) -> None:
    assert to_text(value) == text


def test_what_json_has_no_word_for_is_null_or_told_as_python_does() -> None:
    assert to_text({"n": float("nan"), "m": pd.NA}) == '{"n":null,"m":null}'
    assert to_text({"at": pd.NaT}) == "{'at': NaT}"


def test_a_frame_with_two_columns_of_one_name_is_still_told() -> None:
    assert "x" in to_text(pd.DataFrame([[1, 2]], columns=["x", "x"]))


@pytest.mark.parametrize(
    "value",
    ["x" * (MAX_CHARACTERS + 1), list(range(100_000)), pd.DataFrame({"n": range(100_000)}), "é" * 100_000],
    ids=["text", "list", "frame", "accents"],
)
def test_long_results_are_cut_and_say_so(value: object) -> None:
    text = to_text(value)
    assert len(text) == MAX_CHARACTERS
    assert text.endswith("[cut: the whole result is longer]")


def test_a_result_of_just_the_limit_is_whole() -> None:
    assert to_text("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS


def test_a_large_array_is_summed_up() -> None:
    assert to_text(np.arange(1_000_000)) == '"[     0      1      2 ... 999997 999998 999999]"'
