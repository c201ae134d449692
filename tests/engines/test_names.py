from typing import Any

import pytest

from navtalk_widget.engines.choices import (
    Automatic,
    Builtin,
    ChatEndpoint,
    Espeak,
    FasterWhisper,
    ImportedFunction,
    Piper,
    PocketSphinx,
    SpeechEndpoint,
    TranscriptionEndpoint,
)
from navtalk_widget.engines.names import (
    checked_options,
    recognizer_choice,
    responder_choice,
    synthesizer_choice,
)
from navtalk_widget.errors import ConfigurationError

OLLAMA = "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("wanted", "model", "choice"),
    [
        (None, "", Automatic()),
        ("builtin", "", Builtin()),
        ("Ollama", "", ChatEndpoint(url=OLLAMA)),
        ("ollama:llama3.2:3b", "", ChatEndpoint(url=OLLAMA, model="llama3.2:3b")),
        ("openai", "gpt-4o-mini", ChatEndpoint(model="gpt-4o-mini")),
        ("http://localhost:8000/v1", "qwen3", ChatEndpoint(url="http://localhost:8000/v1", model="qwen3")),
        (ChatEndpoint(url="http://h/v1"), "qwen3", ChatEndpoint(url="http://h/v1", model="qwen3")),
        (ChatEndpoint(model="mine"), "qwen3", ChatEndpoint(model="mine")),
        ("my_module:answer", "", ImportedFunction(path="my_module:answer")),
    ],
)
def test_a_responder_is_found_by_what_people_write(wanted: Any, model: str, choice: Any) -> None:
    assert responder_choice(wanted, model, imports=True, environment={}) == choice


def test_ollama_is_where_its_own_variable_says() -> None:
    choice = responder_choice("ollama:qwen3", environment={"OLLAMA_HOST": "box:1234"})
    assert choice == ChatEndpoint(url="http://box:1234/v1", model="qwen3")
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST = 'box:nonsense' is no address"):
        responder_choice("ollama", environment={"OLLAMA_HOST": "box:nonsense"})


def test_ears_and_voices_are_found_too() -> None:
    assert recognizer_choice("pocketsphinx") == PocketSphinx()
    assert recognizer_choice("faster-whisper") == FasterWhisper()
    assert recognizer_choice("faster-whisper:small") == FasterWhisper(model="small")
    assert recognizer_choice("openai:whisper-1") == TranscriptionEndpoint(model="whisper-1")
    assert synthesizer_choice("espeak") == Espeak()
    assert synthesizer_choice("piper:/voices/mine.onnx") == Piper(model="/voices/mine.onnx")
    assert synthesizer_choice("https://h/v1") == SpeechEndpoint(url="https://h/v1")


def test_a_slip_of_the_pen_is_told_with_what_was_meant_and_what_there_is() -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'faster-whisper'") as caught:
        recognizer_choice("faster-wisper")
    assert '"pocketsphinx"' in caught.value.hint


@pytest.mark.parametrize("wanted", ["my_module:answer", 3, ["builtin"], Espeak(), "ftp://h", "http://", "http://h:x"])
def test_what_is_no_responder_is_refused_in_words(wanted: Any) -> None:
    with pytest.raises(ConfigurationError, match="responder"):
        responder_choice(wanted)


@pytest.mark.parametrize("address", ["https://canary_7f3a@h/v1", "https://h/v1?key=canary_7f3a"])
def test_a_key_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        responder_choice(address)
    assert "canary" not in str(caught.value)
    assert "OPENAI_API_KEY" in caught.value.hint


def test_what_follows_a_name_that_takes_nothing_is_refused() -> None:
    for choice, wanted in ((responder_choice, "builtin:gpt-4o"), (synthesizer_choice, "espeak:robot")):
        with pytest.raises(ConfigurationError, match=wanted.partition(":")[2]):
            choice(wanted)


def test_kokoro_wants_its_files() -> None:
    with pytest.raises(ConfigurationError, match="Kokoro needs the files"):
        synthesizer_choice("kokoro")


@pytest.mark.parametrize(
    ("name", "value"),
    [("video_size", (321, 400)), ("video_codec", "av1"), ("interruption_ms", -1), ("half_duplex", "x")],
)
def test_a_value_that_cannot_be_is_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=name):
        checked_options({name: value})
