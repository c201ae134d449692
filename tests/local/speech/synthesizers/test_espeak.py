"""Speech by eSpeak, measured."""

from __future__ import annotations

import threading
from itertools import combinations, pairwise

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE, level_db
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.speech.synthesizers.clauses import SENTENCE_PAUSE_S
from navtalk_widget.local.speech.synthesizers.espeak import LOUDNESS_DB, EspeakSynthesizer, pronounceable

WOMEN = ["alloy", "coral", "marin", "nova", "sage", "shimmer"]
MEN = ["ash", "ballad", "cedar", "echo", "fable", "onyx", "verse"]
VOICES = [*WOMEN, *MEN]
SENTENCE = "Hello, my name is Leo. I cost 3.50 dollars; that is cheap!"


def speak(text: str, voice: str = "alloy", language: str = "en") -> list[SpokenPiece]:
    return list(EspeakSynthesizer().synthesize(text, voice=voice, language=language))


def symbols(pieces: list[SpokenPiece]) -> str:
    return "".join(phoneme.symbol for piece in pieces for phoneme in piece.phonemes)


def brightness_hz(pieces: list[SpokenPiece]) -> float:
    """The median centre of gravity of the spectrum."""
    pcm = np.concatenate([piece.pcm for piece in pieces]).astype(np.float64)
    windows = pcm[: pcm.size // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
    power = np.square(np.abs(np.fft.rfft(windows[windows.std(axis=1) > 300])))
    return float(np.median(power @ np.fft.rfftfreq(1024, 1 / SAMPLE_RATE) / power.sum(axis=1)))


def pitch_hz(pieces: list[SpokenPiece]) -> float:
    """The median pitch of voiced stretches, by autocorrelation."""
    pcm = np.concatenate([piece.pcm for piece in pieces]).astype(np.float64) / 32768
    pitches = []
    for start in range(0, pcm.size - 1024, 512):
        window = pcm[start : start + 1024]
        likeness = np.correlate(window, window, "full")[1023:]
        lag = 68 + int(np.argmax(likeness[68:400]))  # 60 to 350 Hz
        if window.std() > 0.02 and likeness[lag] > 0.5 * likeness[0]:
            pitches.append(SAMPLE_RATE / lag)
    return float(np.median(pitches))


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_is_equally_loud_and_never_clips(voice: str) -> None:
    pcm = np.concatenate([piece.pcm for piece in speak(SENTENCE, voice)])
    frames = pcm[: pcm.size // 480 * 480].reshape(-1, 480)
    spoken = frames[np.abs(frames.astype(np.int32)).max(axis=1) > 600]
    assert level_db(spoken.reshape(-1)) == pytest.approx(LOUDNESS_DB, abs=1.5)
    assert np.abs(pcm.astype(np.int32)).max() < 30_000


@pytest.mark.parametrize("voice", VOICES)
def test_pieces_begin_and_end_in_silence_so_that_no_seam_clicks(voice: str) -> None:
    for piece in speak(SENTENCE, voice):
        assert abs(int(piece.pcm[0])) <= 4
        assert abs(int(piece.pcm[-1])) <= 4
        first_ms, last_ms = piece.pcm[:24].astype(np.int32), piece.pcm[-24:].astype(np.int32)
        assert max(np.abs(first_ms).max(), np.abs(last_ms).max()) < 400


def test_speech_begins_soon_and_the_pause_after_a_sentence_is_ours() -> None:
    (piece,) = speak("Leo is here.")
    audible = np.flatnonzero(np.abs(piece.pcm.astype(np.int32)) > 200)
    assert audible[0] / SAMPLE_RATE < 0.06
    pause_s = (piece.pcm.size - audible[-1]) / SAMPLE_RATE
    assert SENTENCE_PAUSE_S <= pause_s < SENTENCE_PAUSE_S + 0.08


def test_women_speak_higher_than_men() -> None:
    women = min(pitch_hz(speak(SENTENCE, voice)) for voice in WOMEN)
    men = max(pitch_hz(speak(SENTENCE, voice)) for voice in MEN)
    assert women > 1.15 * men


def test_no_two_voices_sound_alike() -> None:
    spoken = {voice: speak(SENTENCE, voice) for voice in VOICES}
    sounds = {voice: (pitch_hz(pieces), brightness_hz(pieces)) for voice, pieces in spoken.items()}
    for (one, (pitch, bright)), (other, (other_pitch, other_bright)) in combinations(sounds.items(), 2):
        semitones = abs(12 * np.log2(pitch / other_pitch))
        brighter = abs(12 * np.log2(bright / other_bright))
        assert semitones > 1.0 or brighter > 2.0, f"{one} and {other}"


def test_an_unknown_voice_speaks_too() -> None:
    assert symbols(speak("Leo.", "no such voice")) == "liːoʊ"


def test_phonemes_cover_a_piece_without_gaps() -> None:
    for piece in speak(SENTENCE):
        assert piece.phonemes[0].start_s == 0.0
        assert piece.phonemes[-1].end_s == pytest.approx(piece.duration_s)
        assert piece.phonemes[-1].symbol == ""
        assert all(first.end_s == second.start_s for first, second in pairwise(piece.phonemes))
        assert all(phoneme.end_s > phoneme.start_s for phoneme in piece.phonemes)


def test_phonemes_are_in_the_phonetic_alphabet_without_stress() -> None:
    assert symbols(speak("Leo, three churches.")) == "liːoʊθɹiːtʃɜːtʃɪz"


def test_the_mouth_is_open_when_the_vowel_sounds() -> None:
    (piece,) = speak("pa pa pa")
    levels = {"p": [0.0], "ɑː": [0.0]}
    for phoneme in piece.phonemes:
        pcm = piece.pcm[round(phoneme.start_s * SAMPLE_RATE) : round(phoneme.end_s * SAMPLE_RATE)]
        levels.setdefault(phoneme.symbol, []).append(float(np.abs(pcm.astype(np.float64)).mean()))
    assert len(levels["p"]) == len(levels["ɑː"]) == 4
    assert min(levels["ɑː"][1:]) > 2 * max(levels["p"])


def test_words_are_timed_and_numbers_are_one_word() -> None:
    (piece,) = speak("It opened in 1857 again")
    assert [word.text for word in piece.words] == ["It", "opened", "in", "1857", "again"]
    starts = [word.start_s for word in piece.words]
    assert starts == sorted(starts)
    assert starts[-1] < piece.duration_s


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "bonjour", "bɔ̃ʒuʁ"),
        ("de", "ich", "ɪç"),
        ("es", "gracias", "θ"),
        ("it", "grazie", "ts"),
        ("zh", "你好", "χɑu"),
        ("zh-CN", "你好", "χɑu"),
        ("en-gb", "hot", "hɒt"),
        ("en", "hot", "hɑːt"),
        ("ja", "こんにちは", "ko̞nnitɕi"),
        ("ar", "مرحبا", "mrħba"),
        ("hi", "नमस्ते", "nəmʌsteː"),
        ("ru", "Привет", "prʲivʲet"),
        ("ko", "안녕", "ɐnnjʌŋ"),
        ("el", "Καλημέρα", "kalimera"),
        ("he", "שלום", "ʃalom"),
        ("tr", "günaydın", "ɟynajdɯn"),
        ("pl", "dzień", "dʑɛɲ"),
        ("pt-br", "bom dia", "dʒi"),
        ("vi", "xin chào", "sintʃaːw"),
        ("sv", "god", "ɡuːd"),
        ("no", "god morgen", "ɡuːdmɔrɡən"),
        ("zh-hk", "你好", "neihou"),
        ("xx-unknown", "bath", "bæθ"),
        ("", "bath", "bæθ"),
    ],
)
def test_a_language_is_spoken_with_its_own_sounds(language: str, text: str, expected: str) -> None:
    assert expected in symbols(speak(text, language=language))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("你好", "χɑu"), ("こんにちは", "nitɕi"), ("Привет", "prʲivʲet"), ("Wie geht es dir, und was ist das?", "ɪst")],
)
def test_a_text_is_read_in_its_own_language_where_nobody_said_which(text: str, expected: str) -> None:
    assert expected in symbols(speak(text))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_is_said_for_an_empty_text(text: str) -> None:
    assert speak(text) == []


def test_an_emoji_is_a_silent_piece() -> None:
    (piece,) = speak("😀")
    assert piece.text == "😀"
    assert piece.pcm.size > 0
    assert not piece.pcm.any()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("# Title", "Title"),
        ("snake_case 😀!", "snake case !"),
        ("a\0b", "a b"),
        ("3 * 4", "3 * 4"),
        ("21 °C", "21 °C"),
        ("...", ""),
    ],
)
def test_signs_that_are_not_meant_to_be_heard_are_left_out(text: str, spoken: str) -> None:
    assert pronounceable(text) == spoken


def test_mark_up_is_plain_text() -> None:
    assert symbols(speak("<b>boat</b>")).count("boʊt") == 1
    assert "liːoʊ" in symbols(speak("<speak><break time='9s'/>Leo</speak>"))
    assert sum(piece.duration_s for piece in speak("<break time='9s'/>")) < 9


def test_the_texts_of_the_pieces_put_together_are_the_text() -> None:
    text = "Hello,  there. 😀 It is\nme... & <b>you</b>\0!"
    assert "".join(piece.text for piece in speak(text)) == text


def test_a_very_long_text_comes_piece_by_piece_and_can_be_stopped() -> None:
    pieces = EspeakSynthesizer().synthesize("and so on " * 20_000, voice="echo", language="en")
    first = next(pieces)
    assert first.duration_s < 20
    assert next(pieces).pcm.any()
    pieces.close()  # type: ignore[attr-defined]
    assert list(pieces) == []


def test_two_conversations_do_not_disturb_one_another() -> None:
    expected = {
        (voice, language): symbols(speak(SENTENCE, voice, language))
        for voice, language in [("ash", "en"), ("coral", "fr")]
    }
    heard: dict[tuple[str, str], set[str]] = {key: set() for key in expected}

    def talk(voice: str, language: str) -> None:
        for _ in range(10):
            heard[voice, language].add(symbols(speak(SENTENCE, voice, language)))

    threads = [threading.Thread(target=talk, args=key) for key in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert heard == {key: {value} for key, value in expected.items()}
