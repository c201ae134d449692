import re
from typing import Any, cast

import pytest
from pydantic import SecretStr

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import SemanticVad, ServerVad, SessionConfig
from navtalk_widget.session.session import Session
from navtalk_widget.session.settings import configured
from navtalk_widget.testing import ScriptedService


@pytest.mark.parametrize(
    ("value", "detection"),
    [
        ("server_vad", ServerVad()),
        ("semantic_vad", SemanticVad()),
        ({"threshold": 0.3}, ServerVad(threshold=0.3)),
        ({"type": "semantic_vad", "eagerness": "low"}, SemanticVad(eagerness="low")),
        (SemanticVad(eagerness="high"), SemanticVad(eagerness="high")),
        (None, None),
    ],
)
def test_turn_detection_may_be_given_in_several_ways(value: Any, detection: Any) -> None:
    assert configured(SessionConfig(), {"turn_detection": value}).turn_detection == detection


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"turn_detection": {"treshold": 0.3}}, "turn_detection has no treshold"),
        ({"turn_detection": {"type": "semantic_vad", "threshold": 0.3}}, "turn_detection has no threshold"),
        ({"turn_detection": {"type": "guess"}}, "turn_detection.type = 'guess' is not valid"),
        ({"turn_detection": {"threshold": 7}}, r"^turn_detection.threshold = 7 is not valid: [^;]*$"),
        ({"turn_detection": 5}, "turn_detection = 5"),
        ({"transcription_model": 3}, "transcription_model = 3"),
        ({"transcription_model": ""}, "transcription_model = ''"),
        ({"modalities": ()}, r"modalities = \(\)"),
        ({"max_response_output_tokens": 0}, r"^max_response_output_tokens = 0 is not valid: [^;]*$"),
        ({"instructions": ["x" * 10_000]}, r"^instructions = .{1,200}$"),
    ],
)
def test_a_wrong_setting_is_named_as_the_person_wrote_it(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        configured(SessionConfig(), settings)
    assert re.search(message, caught.value.message)
    assert "constrained" not in caught.value.message


def test_a_setting_of_none_stays_as_it_is() -> None:
    assert Session(service="local", voice=None).config.voice == "cedar"
    assert configured(SessionConfig(voice="ash"), {"voice": None}).voice == "ash"


def test_an_unknown_keyword_is_refused_as_by_any_function_and_the_right_one_named() -> None:
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'vioce'\. Did you mean 'voice'\?$"):
        Session(vioce="ash")
    with pytest.raises(TypeError, match="Did you mean 'character'"):
        Session(**cast(Any, {"charater": "navtalk.Lily"}))
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'sepia'$"):
        Session(sepia=True)


@pytest.mark.parametrize("wrong", [{"service": 3}, {"character": None}, {"license": b"sk_navtalk_canary"}])
def test_what_is_no_text_is_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"takes|must be a text") as caught:
        Session(**wrong)
    assert "canary" not in str(caught.value)


def test_a_licence_may_be_wrapped() -> None:
    Session(service="ws://127.0.0.1:9", license=SecretStr("sk_navtalk_canary"))


async def test_a_change_is_in_force_for_what_is_said_right_after_it(service: ScriptedService, session: Session) -> None:
    session.update(instructions="Answer in German.")
    session.send_text("hello")
    await service.expect("response.create")
    order = [message["type"] for message in service.received]
    assert order == ["session.update", "session.update", "conversation.item.create", "response.create"]
