"""eSpeak NG's C library, which has one voice and one state for the whole process."""

from __future__ import annotations

import ctypes
import functools
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.engines.synthesizer import SynthesisError
from navtalk_widget.local.speech.synthesizers.voices import VoiceSettings, espeak_languages

_SYNCHRONOUS = 2
_PHONEME_EVENTS_IN_IPA = 0x1 | 0x2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_END_OF_LIST, _WORD, _PHONEME = 0, 1, 7


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class RawSpeech:
    """What eSpeak makes of a text.

    Attributes:
        pcm: mono int16 at ``rate`` hertz.
        rate: hertz.
        phonemes: IPA name as eSpeak gives it, and the sample at which it begins.
        words: first character, number of characters, and the sample at which it begins.
    """

    pcm: NDArray[np.int16]
    rate: int
    phonemes: tuple[tuple[str, int], ...]
    words: tuple[tuple[int, int, int], ...]


class EspeakLibrary:
    """The loaded library. Use `load_espeak`: there must be only one in a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pcm: list[NDArray[np.int16]] = []
        self._phonemes: list[tuple[str, int]] = []
        self._words: list[tuple[int, int, int]] = []
        # ctypes keeps no reference to a callback that C holds.
        self._callback = _Callback(self._collect)
        try:
            import espeakng_loader

            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
            data = str(espeakng_loader.get_data_path()).encode()
        except (ImportError, OSError, RuntimeError) as error:
            raise SynthesisError(f"The speech synthesiser eSpeak NG cannot be loaded: {error}.") from error
        options = _PHONEME_EVENTS_IN_IPA | _DO_NOT_EXIT
        self._rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, options))
        if self._rate <= 0:
            raise SynthesisError("The speech synthesiser eSpeak NG cannot read its voice data.")
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, settings: VoiceSettings, language: str) -> RawSpeech:
        """Synthesise a clause; other threads wait meanwhile, so texts should be short.

        Raises:
            SynthesisError: if eSpeak reports an error.
        """
        # A NUL would end the text, for eSpeak is a C library.
        encoded = ctypes.create_string_buffer(text.replace("\0", " ").encode("utf-8", "replace"))
        with self._lock:
            self._choose(settings, language)
            self._pcm, self._phonemes, self._words = [], [], []
            status = self._library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, 1, 0, _UTF8, None, None)
            pcm, phonemes, words = self._pcm, self._phonemes, self._words
        if status != 0:
            raise SynthesisError(f"eSpeak NG could not speak a text (status {status}).")
        joined = np.concatenate(pcm) if pcm else np.zeros(0, dtype=np.int16)
        return RawSpeech(joined, self._rate, tuple(phonemes), tuple(words))

    def _choose(self, settings: VoiceSettings, language: str) -> None:
        for name in espeak_languages(language):
            if self._library.espeak_SetVoiceByName(f"{name}+{settings.variant}".encode()) == 0:
                break
        else:
            raise SynthesisError(f"eSpeak NG has no voice for {language!r}, nor an English one.")
        self._library.espeak_SetParameter(_RATE, settings.words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH, settings.pitch, 0)
        self._library.espeak_SetParameter(_RANGE, settings.intonation, 0)

    def _collect(self, wave: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        """Called by eSpeak, within `speak`, with each bit of sound and what happens in it."""
        if wave and count > 0:
            self._pcm.append(np.ctypeslib.as_array(wave, shape=(count,)).astype(np.int16))
        index = 0
        while (event := events[index]).type != _END_OF_LIST:
            if event.type == _PHONEME:
                # A long name fills its eight bytes, and may be cut within a character.
                self._phonemes.append((event.id.string.decode("utf-8", "ignore"), event.sample))
            elif event.type == _WORD:
                self._words.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0


_loading = threading.Lock()


@functools.cache
def _load() -> EspeakLibrary:
    return EspeakLibrary()


def load_espeak() -> EspeakLibrary:
    """The process's one eSpeak, loaded on first use.

    Raises:
        SynthesisError: if it is not installed, or its data is missing.
    """
    with _loading:
        return _load()
