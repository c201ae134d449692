"""Piper, with a voice of a single tone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("piper", reason="the extra [piper] is not installed")
pytest.importorskip("onnx", reason="the extra [piper] is not installed")

from aiohttp import web

from navtalk_widget.audio.pcm import SAMPLE_RATE, level_db
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.errors import ConfigurationError, ServiceUnreachable
from navtalk_widget.local.speech.synthesizers import piper_voices
from navtalk_widget.local.speech.synthesizers.piper import load_piper
from navtalk_widget.local.speech.synthesizers.piper_voices import download_piper_voice, piper_voice_on_this_machine
from tests.local.speech.tiny_voices import FRAMES_PER_PHONEME, HOP, PIPER_RATE, make_tiny_piper


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    return load_piper(make_tiny_piper(tmp_path_factory.mktemp("piper") / "en_US-tone-low.onnx"))


def speak(voice: Synthesizer, text: str, language: str = "en") -> list[SpokenPiece]:
    return list(voice.synthesize(text, voice="alloy", language=language))


def symbols(pieces: list[SpokenPiece]) -> str:
    return "".join(phoneme.symbol for piece in pieces for phoneme in piece.phonemes)


def test_a_text_is_spoken_clause_by_clause_at_our_rate(voice: Synthesizer) -> None:
    pieces = speak(voice, "Hello, my name is Leo. 😀")
    assert [piece.text for piece in pieces] == ["Hello, ", "my name is Leo. ", "😀"]
    spectrum = np.abs(np.fft.rfft(pieces[1].pcm[:SAMPLE_RATE].astype(np.float64)))
    assert int(np.argmax(spectrum)) == pytest.approx(0.05 * PIPER_RATE / (2 * np.pi), abs=3)


def test_the_times_of_phonemes_are_the_engines_own(voice: Synthesizer) -> None:
    (piece,) = speak(voice, "Leo.")
    assert symbols([piece]) == "liːoʊ"
    assert piece.phonemes[-1].end_s == pytest.approx(piece.duration_s)
    assert all(first.end_s == second.start_s for first, second in pairwise(piece.phonemes))
    frame_s = FRAMES_PER_PHONEME * HOP / PIPER_RATE
    starts = {phoneme.symbol: phoneme.start_s for phoneme in piece.phonemes}
    # Beginning, stress and each sound are followed by a blank; a long sound with its glide is three.
    assert starts["l"] == pytest.approx(2 * frame_s, abs=1e-3)
    assert starts["iː"] == pytest.approx(6 * frame_s, abs=1e-3)
    assert starts["o"] == pytest.approx(12 * frame_s, abs=1e-3)


def test_it_is_about_as_loud_as_the_other_voices(voice: Synthesizer) -> None:
    (piece,) = speak(voice, "Leo.")
    loud = piece.pcm[np.abs(piece.pcm.astype(np.int32)) > 600]
    assert -14 < level_db(loud) < -6  # a tone; a voice has its peaks 10 dB above


def test_a_language_that_it_does_not_speak_is_left_to_espeak(voice: Synthesizer) -> None:
    assert "ɪç" in symbols(speak(voice, "Ich bin Leo.", "de"))
    assert "ɪç" in symbols(speak(voice, "Ich bin Leo, und das ist nicht neu.", "en"))
    assert "χɑu" in symbols(speak(voice, "你好。", ""))


def test_a_voice_that_was_chosen_speaks_where_nobody_said_which_language(tmp_path: Path) -> None:
    german = load_piper(make_tiny_piper(tmp_path / "de_DE-tone-low.onnx", espeak_voice="de"))
    (piece,) = speak(german, "Klar.", "en")
    loud = piece.pcm[np.abs(piece.pcm.astype(np.int32)) > 600]
    assert level_db(loud) > -14  # its tone


def test_without_a_name_a_voice_is_its_file(tmp_path: Path) -> None:
    file = make_tiny_piper(tmp_path / "mine.onnx")
    assert piper_voice_on_this_machine(str(file)) == file


def test_a_voice_needs_both_of_its_files(tmp_path: Path) -> None:
    file = make_tiny_piper(tmp_path / "mine.onnx")
    (tmp_path / "mine.onnx.json").unlink()
    with pytest.raises(ConfigurationError, match=r"mine\.onnx\.json is not beside"):
        piper_voice_on_this_machine(str(file))
    with pytest.raises(ConfigurationError, match="There is no voice"):
        piper_voice_on_this_machine(str(tmp_path / "other.onnx"))


@pytest.mark.parametrize("torn", ["mine.onnx", "mine.onnx.json"])
def test_a_damaged_voice_is_an_error_in_words(tmp_path: Path, torn: str) -> None:
    file = make_tiny_piper(tmp_path / "mine.onnx")
    (tmp_path / torn).write_text("{}")
    with pytest.raises(SynthesisError, match="cannot be loaded"):
        load_piper(file)


@pytest.fixture
async def published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Path]:
    """A folder whose files can be downloaded; the voices of this machine are in another one."""
    from piper import download_voices

    folder = tmp_path_factory.mktemp("published")

    async def give(request: web.Request) -> web.FileResponse:
        file = folder / request.match_info["path"].rpartition("/")[2]
        if not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file)

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    template = download_voices.URL_FORMAT.replace(
        "https://huggingface.co", f"http://127.0.0.1:{runner.addresses[0][1]}"
    )
    monkeypatch.setattr(download_voices, "URL_FORMAT", template)
    monkeypatch.setattr(piper_voices, "voice_folder", lambda: tmp_path / "voices")
    yield folder
    await runner.cleanup()


async def test_a_voice_is_downloaded_once_by_its_name(published: Path, tmp_path: Path) -> None:
    name = "en_US-tone-low"
    make_tiny_piper(published / f"{name}.onnx")
    told: list[tuple[str, float | None]] = []
    assert piper_voice_on_this_machine(name) is None
    file = await download_piper_voice(name, lambda what, share: told.append((what, share)))
    assert told[0] == (f"Downloading the voice {name}", None)
    assert told[-1] == (f"Downloading the voice {name}", 1.0)
    assert piper_voice_on_this_machine(name) == file
    assert symbols(speak(load_piper(file), "Leo.")) == "liːoʊ"
    assert sorted(each.name for each in file.parent.iterdir()) == [f"{name}.onnx", f"{name}.onnx.json"]


async def test_a_voice_that_nobody_published_is_an_error_in_words(published: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no voice 'en_US-nobody-low'"):
        await download_piper_voice("en_US-nobody-low", lambda *_: None)
    assert list((tmp_path / "voices").iterdir()) == []


async def test_without_a_network_it_is_said_to_be_so(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from piper import download_voices

    monkeypatch.setattr(download_voices, "URL_FORMAT", "http://127.0.0.1:9/{voice_name}{extension}")
    with pytest.raises(ServiceUnreachable, match="cannot be downloaded"):
        await download_piper_voice("en_US-tone-low", lambda *_: None)
