"""Which recogniser and which voice there are, with and without the extras and a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from navtalk_widget.engines.choices import (
    Automatic,
    Espeak,
    FasterWhisper,
    Function,
    Kokoro,
    Piper,
    PocketSphinx,
    RecognizerChoice,
    SpeechEndpoint,
    SynthesizerChoice,
    TranscriptionEndpoint,
)
from navtalk_widget.engines.chosen import Chosen
from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.engines.synthesizer import Synthesizer
from navtalk_widget.errors import ConfigurationError, MissingExtraError, NavTalkError, ServiceUnreachable
from navtalk_widget.local.speech import choosing
from navtalk_widget.local.speech.recognizers import whisper_model
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from navtalk_widget.local.speech.recognizers.whisper_model import RETRY_S, WhisperDownloads
from navtalk_widget.local.speech.synthesizers import kokoro, piper
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.testing.scripted_speech import ScriptedSpeechEndpoint


class Told:
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.all: list[tuple[str, float | None]] = []

    def __call__(self, what: str, share: float | None) -> None:
        self.all.append((what, share))


async def recognizer(choice: RecognizerChoice, told: Told | None = None, **environment: str) -> Chosen[Recognizer]:
    return await choosing.choose_recognizer(choice, told or Told(), WhisperDownloads(), environment)


async def synthesizer(choice: SynthesizerChoice, told: Told | None = None, **environment: str) -> Chosen[Synthesizer]:
    return await choosing.choose_synthesizer(choice, told or Told(), environment)


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of voices, empty."""
    monkeypatch.setattr(choosing, "voice_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the extras."""
    monkeypatch.setattr(choosing, "whisper_is_installed", lambda: False)
    monkeypatch.setattr(whisper_model, "whisper_is_installed", lambda: False)
    for module in (choosing, piper):
        monkeypatch.setattr(module, "piper_is_installed", lambda: False)
    for module in (choosing, kokoro):
        monkeypatch.setattr(module, "kokoro_is_installed", lambda: False)


async def test_without_extras_the_engines_are_those_that_are_always_there(bare: None) -> None:
    ears, voice = await recognizer(Automatic()), await synthesizer(Automatic())
    assert isinstance(ears.engine, SphinxRecognizer)
    assert isinstance(voice.engine, EspeakSynthesizer)
    assert (ears.name, ears.sends_to, ears.instead_of) == ("PocketSphinx", None, None)
    assert (voice.name, voice.sends_to, voice.instead_of) == ("eSpeak NG", None, None)


async def test_they_can_be_chosen_by_name() -> None:
    assert isinstance((await recognizer(PocketSphinx())).engine, SphinxRecognizer)
    assert isinstance((await synthesizer(Espeak())).engine, EspeakSynthesizer)


@pytest.mark.parametrize(
    ("choice", "extra"),
    [(FasterWhisper(), "whisper"), (Piper(), "piper"), (Kokoro(model=__file__, voices=__file__), "kokoro")],
)
async def test_what_is_not_installed_says_how_to_install_it(
    bare: None, choice: FasterWhisper | Piper | Kokoro, extra: str
) -> None:
    choose = recognizer(choice) if isinstance(choice, FasterWhisper) else synthesizer(choice)
    with pytest.raises(MissingExtraError) as caught:
        await choose
    assert f"pip install 'navtalk-widget[{extra}]'" in caught.value.hint


async def test_a_function_is_not_made_here() -> None:
    with pytest.raises(ConfigurationError):
        await recognizer(Function(id="f"))
    with pytest.raises(ConfigurationError):
        await synthesizer(Function(id="f"))


async def test_whisper_listens_where_its_model_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")
    from .tiny_whisper import WORDS, make_tiny_whisper

    folder = make_tiny_whisper(tmp_path / "tiny")
    monkeypatch.setattr(choosing, "model_on_this_machine", lambda model: folder)
    told = Told()
    chosen = await recognizer(Automatic(), told)
    assert (chosen.name, chosen.instead_of) == ("Whisper base", None)
    assert told.all == [("Loading the Whisper model base", None), ("Loading the Whisper model base", 1.0)]
    recognition = chosen.engine.start(language="en")
    recognition.feed(np.random.default_rng(0).normal(0, 3000, 16_000).astype(np.int16))
    assert recognition.finish() == WORDS


async def test_a_folder_of_ones_own_is_named_by_its_name(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")
    from .tiny_whisper import make_tiny_whisper

    chosen = await recognizer(FasterWhisper(model=str(make_tiny_whisper(tmp_path / "mine")), device="cpu"))
    assert chosen.name == "Whisper mine"


async def test_pocketsphinx_listens_where_whispers_model_cannot_be_had() -> None:
    pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")
    chosen = await recognizer(Automatic())  # tests have no network
    assert isinstance(chosen.engine, SphinxRecognizer)
    assert chosen.instead_of is not None
    assert "PocketSphinx listens" in chosen.instead_of
    assert "The Whisper model base cannot be downloaded" in chosen.instead_of
    with pytest.raises(ServiceUnreachable, match="base cannot be downloaded"):
        await recognizer(FasterWhisper())


async def test_a_model_that_cannot_be_had_is_not_tried_for_each_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")
    now = 0.0
    monkeypatch.setattr(whisper_model, "_now", lambda: now)
    downloads = WhisperDownloads()

    async def tries(choice: RecognizerChoice = Automatic()) -> tuple[bool, str]:  # noqa: B008 - it cannot be changed
        """Whether a download is tried, and what is said."""
        told = Told()
        try:
            said = str((await choosing.choose_recognizer(choice, told, downloads)).instead_of)
        except ServiceUnreachable as error:
            said = error.message
        return any(what.startswith("Downloading") for what, _ in told.all), said

    assert (await tries())[0]
    now = 130.0
    tried, said = await tries()
    assert not tried
    assert said.startswith("The Whisper model base could not be downloaded; it is tried again in 8 min. PocketSphinx")
    assert (await tries(FasterWhisper()))[0], "who asks for it by name has it tried"
    now = RETRY_S + 1
    assert (await tries())[0]


async def test_a_voice_of_piper_speaks_where_there_is_one(voices: Path) -> None:
    pytest.importorskip("piper", reason="the extra [piper] is not installed")
    from .tiny_voices import make_tiny_piper

    assert (await synthesizer(Automatic())).name == "eSpeak NG"
    make_tiny_piper(voices / "en_US-tone-low.onnx")
    assert (await synthesizer(Automatic())).name == "Piper en_US-tone-low"


async def test_kokoro_speaks_where_its_files_are(voices: Path) -> None:
    pytest.importorskip("kokoro_onnx", reason="the extra [kokoro] is not installed")
    from .tiny_voices import make_tiny_kokoro

    model, file = make_tiny_kokoro(voices, ("af_heart",))
    assert (await synthesizer(Automatic())).name == "Kokoro"
    chosen = await synthesizer(Kokoro(model=str(model), voices=str(file), voice="af_heart"))
    assert chosen.name == "Kokoro af_heart"


async def test_espeak_speaks_where_the_voice_is_damaged(voices: Path) -> None:
    pytest.importorskip("piper", reason="the extra [piper] is not installed")
    (voices / "en_US-torn-low.onnx").write_bytes(b"torn")
    (voices / "en_US-torn-low.onnx.json").write_text("{")
    chosen = await synthesizer(Automatic())
    assert isinstance(chosen.engine, EspeakSynthesizer)
    assert chosen.instead_of is not None
    assert "cannot be loaded" in chosen.instead_of


async def test_an_endpoint_is_named_with_the_host_that_hears() -> None:
    choice = TranscriptionEndpoint(url="https://speech.example/v1", model="large", api_key=SecretStr("key"))
    chosen = await recognizer(choice)
    assert (chosen.name, chosen.sends_to) == ("large by speech.example", "speech.example")
    assert (await synthesizer(SpeechEndpoint(url="https://speech.example/v1", model="m"))).sends_to == "speech.example"


async def test_an_endpoint_on_this_machine_sends_nothing_away() -> None:
    async with ScriptedSpeechEndpoint(models=["llama", "Systran/faster-whisper-small", "kokoro-82m"]) as service:
        ears = await recognizer(TranscriptionEndpoint(url=service.url))
        voice = await synthesizer(SpeechEndpoint(url=service.url))
    assert ears.name.startswith("Systran/faster-whisper-small by 127.0.0.1")
    assert voice.name.startswith("kokoro-82m by 127.0.0.1")
    assert ears.sends_to is voice.sends_to is None


async def test_an_endpoint_that_lists_nothing_is_asked_for_the_usual_model() -> None:
    async with ScriptedSpeechEndpoint(models=None) as service:
        assert (await recognizer(TranscriptionEndpoint(url=service.url))).name.startswith("whisper-1 by")
        assert (await synthesizer(SpeechEndpoint(url=service.url))).name.startswith("tts-1 by")


async def test_the_environment_names_the_endpoint_and_its_key() -> None:
    async with ScriptedSpeechEndpoint(api_key="secret") as service:
        environment = {"OPENAI_BASE_URL": service.url, "OPENAI_API_KEY": "secret"}
        assert (await recognizer(TranscriptionEndpoint(), None, **environment)).name.startswith(
            "whisper-1 by 127.0.0.1"
        )
        with pytest.raises(ConfigurationError, match="does not accept the API key"):
            await recognizer(TranscriptionEndpoint(), OPENAI_BASE_URL=service.url, OPENAI_API_KEY="other")


async def test_automatic_ears_send_nothing_to_an_endpoint_that_is_there(bare: None) -> None:
    chosen = await recognizer(Automatic(), OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="secret")
    assert chosen.sends_to is None


async def test_openai_itself_wants_a_key() -> None:
    with pytest.raises(ConfigurationError, match="no key for OpenAI"):
        await recognizer(TranscriptionEndpoint())


async def test_an_endpoint_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(NavTalkError, match="refuses the connection"):
        await synthesizer(SpeechEndpoint(url="http://127.0.0.1:9/v1"))
