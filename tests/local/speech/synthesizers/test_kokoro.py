"""Kokoro, with a model of a single tone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("kokoro_onnx", reason="the extra [kokoro] is not installed")
pytest.importorskip("onnx", reason="onnx, which makes the model, is not installed")

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.speech.synthesizers.kokoro import load_kokoro, suitable_voice
from tests.local.speech.tiny_voices import KOKORO_SAMPLES_PER_PHONEME, make_tiny_kokoro

VOICES = ("af_alloy", "af_heart", "am_echo", "am_michael", "bf_emma", "bm_fable", "ef_dora", "ff_siwis", "zf_xiaobei")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    model, voices = make_tiny_kokoro(tmp_path_factory.mktemp("kokoro"), VOICES)
    return str(model), str(voices)


@pytest.fixture(scope="session")
def kokoro(files: tuple[str, str]) -> Synthesizer:
    return load_kokoro(*files)


def speak(kokoro: Synthesizer, text: str, language: str = "en") -> list[SpokenPiece]:
    return list(kokoro.synthesize(text, voice="alloy", language=language))


def symbols(pieces: list[SpokenPiece]) -> str:
    return "".join(phoneme.symbol for piece in pieces for phoneme in piece.phonemes)


def test_a_text_is_spoken_clause_by_clause(kokoro: Synthesizer) -> None:
    pieces = speak(kokoro, "Hello, my name is Leo.")
    assert [piece.text for piece in pieces] == ["Hello, ", "my name is Leo."]
    assert all(piece.pcm.any() for piece in pieces)


def test_the_times_of_phonemes_are_the_engines_own(kokoro: Synthesizer) -> None:
    (piece,) = speak(kokoro, "Leo")
    assert symbols([piece]) == "liːoʊ"
    assert all(first.end_s == second.start_s for first, second in pairwise(piece.phonemes))
    sounds = [phoneme for phoneme in piece.phonemes if phoneme.symbol]
    each_s = KOKORO_SAMPLES_PER_PHONEME / 24_000
    lasting = [round((phoneme.end_s - phoneme.start_s) / each_s) for phoneme in sounds]
    assert lasting == [1, 2, 1, 1]


def test_a_language_that_nobody_speaks_is_left_to_espeak(kokoro: Synthesizer) -> None:
    assert "ɪç" in symbols(speak(kokoro, "Ich bin Leo.", "de"))


@pytest.mark.parametrize(
    ("wanted", "language", "voice"),
    [
        ("alloy", "en", "af_alloy"),
        ("fable", "en", "bm_fable"),
        ("bf_emma", "en-us", "bf_emma"),
        ("marin", "en", "af_heart"),
        ("cedar", "", "am_michael"),
        ("marin", "en-gb", "bf_emma"),
        ("alloy", "fr", "ff_siwis"),
        ("alloy", "zh-CN", "zf_xiaobei"),
        ("alloy", "de", None),
    ],
)
def test_the_voice_comes_as_near_to_the_sessions_as_the_language_lets_it(
    wanted: str, language: str, voice: str | None
) -> None:
    assert suitable_voice(wanted, language, VOICES) == voice


def test_what_is_missing_is_said_in_words(files: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no file"):
        load_kokoro(str(tmp_path / "none.onnx"), files[1])
    with pytest.raises(ConfigurationError, match="no voice 'somebody'"):
        load_kokoro(*files, "somebody")
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    with pytest.raises(SynthesisError, match="Kokoro cannot be loaded"):
        load_kokoro(str(tmp_path / "broken.onnx"), files[1])
