import traceback
from typing import Any

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import ServerVad, SessionConfig


def test_only_what_is_named_changes() -> None:
    before = SessionConfig(instructions="Be brief.", voice="ash")
    after = before.updated({"voice": "sage"})
    assert after.voice == "sage"
    assert after.instructions == "Be brief."
    assert before.voice == "ash"


def test_no_turn_detection_is_a_value_of_its_own() -> None:
    config = SessionConfig().updated({"turn_detection": None})
    assert config.turn_detection is None
    assert config.as_json()["turn_detection"] is None
    assert config.updated({"voice": "ash"}).turn_detection is None


def test_turn_detection_keeps_its_parameters() -> None:
    config = SessionConfig().updated({"turn_detection": {"type": "server_vad", "silence_duration_ms": 200}})
    assert config.turn_detection == ServerVad(silence_duration_ms=200)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"voice": 3}, "voice = 3"),
        ({"temperature": "hot"}, "temperature = 'hot'"),
        ({"temperature": 7}, "temperature = 7"),
        ({"max_response_output_tokens": 0}, "max_response_output_tokens"),
        ({"modalities": ["smell"]}, "modalities"),
        ({"turn_detection": {"type": "server_vad", "threshold": 2}}, "threshold"),
        ({"turn_detection": {"type": "guess"}}, "turn_detection"),
        ({"input_audio_format": "mp3"}, "input_audio_format"),
        ({"tool_choice": {"name": {"\ud800": None}}}, "tool_choice.*half a character"),
        ({"tool_choice": {"name": print}}, "tool_choice.*JSON"),
        ({"tools": [{"name": "f", "parameters": {"\udfff": 1}}]}, "tools.0.parameters.*half a character"),
    ],
)
def test_a_value_that_is_not_valid_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named) as caught:
        SessionConfig().updated(changes)
    assert caught.value.hint


def test_settings_of_other_services_are_ignored() -> None:
    assert SessionConfig().updated({"speed": 1.5, "tracing": "auto"}) == SessionConfig()


def test_null_inside_a_tool_schema_is_kept() -> None:
    tool = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {"a": {"default": None}}}}
    config = SessionConfig().updated({"tools": [tool]})
    assert config.as_json()["tools"][0]["parameters"] == tool["parameters"]


def test_an_error_of_a_setting_shows_no_other_before_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        SessionConfig().updated({"temperature": 9})
    assert "ValidationError" not in "".join(traceback.format_exception(caught.value))
