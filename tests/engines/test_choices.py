import json
import pickle

import pytest
from pydantic import ValidationError

from navtalk_widget.engines.choices import ChatEndpoint, FasterWhisper, LocalOptions


def test_options_come_back_from_their_message_with_their_secrets() -> None:
    options = LocalOptions(
        responder=ChatEndpoint(url="http://localhost:11434/v1", model="llama3.2", api_key="sk-secret"),
        recognizer=FasterWhisper(model="small"),
        video_size=(720, 900),
    )
    assert LocalOptions.model_validate(json.loads(json.dumps(options.as_message()))) == options


def test_a_key_is_shown_to_nobody() -> None:
    options = LocalOptions(responder=ChatEndpoint(api_key="sk-secret"))
    assert "sk-secret" not in repr(options) + str(options) + options.model_dump_json()


def test_a_key_is_not_stored() -> None:
    with pytest.raises(TypeError, match="not to be pickled"):
        pickle.dumps(LocalOptions(responder=ChatEndpoint(api_key="sk-secret")))
    without = ChatEndpoint(url="http://localhost:11434/v1")
    assert pickle.loads(pickle.dumps(without)) == without


@pytest.mark.parametrize("url", ["https://me:sk-secret@host/v1", "https://host/v1?key=sk-secret"])
def test_an_address_with_a_key_in_it_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValidationError, match="pass api_key= instead") as caught:
        ChatEndpoint(url=url)
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "message",
    [{"responder": {"kind": "oracle"}}, {"video_size": [321, 400]}, {"interruption_ms": -1}, {"volume": 3}],
    ids=str,
)
def test_what_is_none_of_the_options_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LocalOptions.model_validate(message)
