import json
from typing import Any

import numpy as np
import pytest

from navtalk_widget.engines.responder import Message, ToolCall, ToolDefinition
from navtalk_widget.engines.spoken import Phoneme, Word
from navtalk_widget.engines.wire import decoded, encoded


def sent(value: Any) -> Any:
    return decoded(json.loads(json.dumps(encoded(value))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        "héllo \ud83d",
        ("a", ("b", None)),
        {"$": "array", "x": ("y",)},
        Message("user", "hello", images=("data:image/png;base64,AA==",)),
        Message("tool", "18", name="weather", call_id="call_1"),
        ToolCall("weather", {"city": "Paris", "days": (1, 2)}),
        ToolDefinition("weather", "of a city", {"type": "object", "properties": {"$ref": {}}}),
        (Phoneme("tʃ", 0.0, 0.1), Word("cheese", 0.0)),
    ],
    ids=repr,
)
def test_a_value_arrives_as_it_was(value: Any) -> None:
    assert sent(value) == value


@pytest.mark.parametrize("kind", ["int16", "float32"])
def test_samples_arrive_as_they_were(kind: str) -> None:
    samples = np.linspace(-1, 1, 12).astype(kind).reshape(6, 2)
    arrived = sent((samples, 22_050))
    assert arrived[1] == 22_050
    assert arrived[0].dtype == samples.dtype
    assert np.array_equal(arrived[0], samples)


def test_wider_floats_arrive_as_32_bits() -> None:
    assert sent(np.array([0.5, -0.25])).tolist() == [0.5, -0.25]
    assert sent(np.float64(0.5)) == 0.5


@pytest.mark.parametrize("value", [object(), np.zeros(2, dtype=np.int32), b"bytes", {1, 2}])
def test_what_cannot_travel_is_refused_by_its_name(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be passed on"):
        encoded(value)


@pytest.mark.parametrize(
    "value", [{}, {"$": "Thing"}, {"$": "ToolCall", "colour": 1}, {"$": "array", "type": "object"}]
)
def test_nonsense_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"unknown kind|no ToolCall"):
        decoded(value)
