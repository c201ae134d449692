"""One PocketSphinx decoder: the C library, called so that other Python threads go on meanwhile."""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError

# The decoder's second pass costs half of the time at the end of an utterance and hardly changes a word; the
# bound on active states keeps noise, which looks like every word at once, from taking several times as long.
# The cepstral mean is that of a voice at a usual level, until the person's own is known.
_SETTINGS = {"fwdflat": False, "bestpath": True, "maxhmmpf": 8000, "cmn": "live", "cmninit": "42,-2,2"}


class Decoder(Protocol):
    """Decodes utterances one after another. Every method blocks; one thread at a time may call them."""

    def start(self, adaptation: str | None) -> None:
        """Begin an utterance, with the ``adaptation`` that another one of the same person yielded."""
        ...

    def feed(self, samples: NDArray[np.int16]) -> str:
        """Take samples at 16,000 Hz and return the words so far."""
        ...

    def finish(self) -> tuple[str, str]:
        """End the utterance; return its words and the adaptation to the person."""
        ...


def load_decoder() -> Decoder:
    """Load a decoder with its model: some 90 MB and half a second.

    Raises:
        RecognitionError: if PocketSphinx is not installed or does not load.
    """
    try:
        import pocketsphinx
    except (ImportError, OSError) as error:
        raise RecognitionError(f"The speech recogniser PocketSphinx cannot be loaded: {error}.") from error
    config = pocketsphinx.Config(
        hmm=pocketsphinx.get_model_path("en-us/en-us"),
        lm=pocketsphinx.get_model_path("en-us/en-us.lm.bin"),
        dict=pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"),
        samprate=RECOGNITION_RATE,
        loglevel="FATAL",
        **_SETTINGS,
    )
    library = _library()
    try:
        return _LibraryDecoder(library, config.dumps()) if library is not None else _ModuleDecoder(config)
    except RuntimeError as error:
        raise RecognitionError("PocketSphinx cannot read its model.") from error


@functools.cache
def _library() -> ctypes.CDLL | None:
    """The C library inside the Python module, if it can be called directly.

    The module keeps the interpreter's lock while it decodes, 15 ms for each 100 ms of speech and 400 ms to load,
    in which no frame of any avatar could be sent. ctypes lets go of it.
    """
    from pocketsphinx import _pocketsphinx

    try:
        library = ctypes.CDLL(os.fspath(_pocketsphinx.__file__))
        for name in ("ps_config_parse_json", "ps_init", "ps_get_cmn"):
            getattr(library, name).restype = ctypes.c_void_p
        for name in ("ps_get_hyp", "ps_get_cmn"):
            getattr(library, name).restype = ctypes.c_char_p
        for name in ("ps_start_utt", "ps_process_raw", "ps_end_utt", "ps_set_cmn"):
            getattr(library, name).restype = ctypes.c_int
        library.ps_free.restype = library.ps_config_free.restype = ctypes.c_int
    except (OSError, AttributeError):  # Windows shows no symbols of a module but its entry point
        return None
    return library


_loading = threading.Lock()


class _LibraryDecoder:
    def __init__(self, library: ctypes.CDLL, config_json: str) -> None:
        self._library = library
        with _loading:  # the front end is set up through static variables
            config = library.ps_config_parse_json(None, config_json.encode())
            decoder = library.ps_init(ctypes.c_void_p(config)) if config else None
            if config:
                library.ps_config_free(ctypes.c_void_p(config))  # the decoder holds its own reference
        if not decoder:
            raise RecognitionError("PocketSphinx cannot read its model.")
        self._decoder = ctypes.c_void_p(decoder)
        self._initial_adaptation = self._adaptation()

    def start(self, adaptation: str | None) -> None:
        self._library.ps_set_cmn(self._decoder, (adaptation or self._initial_adaptation).encode())
        self._check(self._library.ps_start_utt(self._decoder))

    def feed(self, samples: NDArray[np.int16]) -> str:
        pcm = np.ascontiguousarray(samples, dtype=np.int16)
        pointer = pcm.ctypes.data_as(ctypes.c_void_p)
        self._check(self._library.ps_process_raw(self._decoder, pointer, ctypes.c_size_t(pcm.size), 0, 0))
        return self._words()

    def finish(self) -> tuple[str, str]:
        self._check(self._library.ps_end_utt(self._decoder))
        return self._words(), self._adaptation()

    def _words(self) -> str:
        words: bytes | None = self._library.ps_get_hyp(self._decoder, None)
        return words.decode("utf-8", "replace") if words else ""

    def _adaptation(self) -> str:
        mean: bytes | None = self._library.ps_get_cmn(self._decoder, 0)
        return mean.decode() if mean else ""

    def _check(self, status: int) -> None:
        if status < 0:
            raise RecognitionError("PocketSphinx failed on an utterance.")

    def __del__(self) -> None:
        decoder = getattr(self, "_decoder", None)
        if decoder is not None:
            self._library.ps_free(decoder)


class _ModuleDecoder:
    """For platforms on which the library cannot be called directly; other threads wait while it decodes."""

    def __init__(self, config: object) -> None:
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(config)
        self._initial_adaptation = str(self._decoder.get_cmn())

    def start(self, adaptation: str | None) -> None:
        self._decoder.set_cmn(adaptation or self._initial_adaptation)
        self._decoder.start_utt()

    def feed(self, samples: NDArray[np.int16]) -> str:
        self._decoder.process_raw(samples.astype("<i2", copy=False).tobytes(), False, False)
        return self._words()

    def finish(self) -> tuple[str, str]:
        self._decoder.end_utt()
        return self._words(), str(self._decoder.get_cmn())

    def _words(self) -> str:
        hypothesis = self._decoder.hyp()
        return str(hypothesis.hypstr) if hypothesis is not None else ""
