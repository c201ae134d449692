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

from navtalk_widget.tools.result_text import MAX_CHARACTERS, MIN_LIMIT, ResultText, to_text


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
        (np.datetime64("2026-01-02T03:04:05", "ns"), '"2026-01-02T03:04:05"'),
        (np.timedelta64(1_000_000_000, "ns"), '"PT1S"'),
        (np.array(["2026-01-02", "NaT"], dtype="datetime64[ns]"), '["2026-01-02T00:00:00",null]'),
        ({"mean": np.float64(1.5)}, '{"mean":1.5}'),
        (pd.Timestamp("2026-01-02", tz="UTC"), '"2026-01-02T00:00:00Z"'),
        (pd.NA, "null"),
        (pd.Series([1, 2]), "[1,2]"),
        (pd.Series({"a": 1}), '[{"index":"a","value":1}]'),
        (pd.Series([1, 2], index=[0.5, 1e6]), '[{"index":0.5,"value":1},{"index":1000000.0,"value":2}]'),
        (pd.DataFrame({"x": [1.5, None], "s": ["a", "b"]}), '[{"x":1.5,"s":"a"},{"x":null,"s":"b"}]'),
        (pd.DataFrame({"x": [1]}, index=pd.Index(["Rome"], name="city")), '[{"city":"Rome","x":1}]'),
        (pd.Index(["a", "b"]), '["a","b"]'),
        (CYCLE, "[[...]]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_become_text(value: object, text: str) -> None:
    assert to_text(value) == ResultText(text, cut=False)


def test_what_json_has_no_word_for_is_null() -> None:
    assert to_text({"n": float("nan"), "m": pd.NA}).text == '{"n":null,"m":null}'
    records = pd.DataFrame({"at": [pd.NaT, pd.Timestamp("2026-01-02")], "x": [1, 2]}).to_dict("records")
    assert to_text({"rows": records}).text == '{"rows":[{"at":null,"x":1},{"at":"2026-01-02T00:00:00","x":2}]}'


def test_a_frame_with_two_columns_of_one_name_is_still_told() -> None:
    assert "x" in to_text(pd.DataFrame([[1, 2]], columns=["x", "x"])).text


@pytest.mark.parametrize(
    "value",
    ["x" * (MAX_CHARACTERS + 1), list(range(100_000)), pd.DataFrame({"n": range(100_000)}), "é" * 100_000],
    ids=["text", "list", "frame", "accents"],
)
def test_long_results_are_cut_and_say_so(value: object) -> None:
    result = to_text(value)
    assert result.cut
    assert len(result.text) == MAX_CHARACTERS
    assert result.text.endswith("[cut: the whole result is longer than 16000 characters]")


def test_a_result_of_just_the_limit_is_whole() -> None:
    assert to_text("x" * MAX_CHARACTERS) == ResultText("x" * MAX_CHARACTERS, cut=False)


@pytest.mark.parametrize("limit", [MIN_LIMIT, MIN_LIMIT + 1])
@pytest.mark.parametrize(
    "value", ["x" * 102, [1] * 51, pd.Series([1] * 51), pd.Series([1] * 1000)], ids=["text", "list", "series", "long"]
)
def test_a_tool_may_set_the_limit(value: object, limit: int) -> None:
    result = to_text(value, limit)
    assert result.cut
    assert len(result.text) == limit
    assert result.text.endswith(f"longer than {limit} characters]")


def test_a_large_array_is_summed_up() -> None:
    assert to_text(np.arange(1_000_000)).text == '"[     0      1      2 ... 999997 999998 999999]"'


@pytest.mark.parametrize("value", [object(), [object()], {"answer": print, "at": lambda: 1}])
def test_what_is_no_data_is_refused_in_words(value: object) -> None:
    with pytest.raises(TypeError, match=r"returned an object of type \w+, which is not data; return text, numbers"):
        to_text(value)
