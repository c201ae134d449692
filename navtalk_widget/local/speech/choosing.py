"""Which recogniser listens and which voice speaks: those that were chosen, or the best that are there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from navtalk_widget.engines.choices import (
    Automatic,
    Espeak,
    FasterWhisper,
    Kokoro,
    Piper,
    PocketSphinx,
    RecognizerChoice,
    SpeechEndpoint,
    SynthesizerChoice,
    TranscriptionEndpoint,
)
from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.engines.synthesizer import Synthesizer
from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.local.speech.endpoint_models import speech_model, transcription_model
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from navtalk_widget.local.speech.recognizers.transcription_endpoint import transcription_endpoint
from navtalk_widget.local.speech.recognizers.whisper import load_whisper
from navtalk_widget.local.speech.recognizers.whisper_model import (
    WhisperDownloads,
    download_whisper,
    model_on_this_machine,
    require_whisper,
    whisper_is_installed,
)
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.speech.synthesizers.kokoro import (
    KOKORO_MODEL,
    KOKORO_VOICES,
    kokoro_is_installed,
    load_kokoro,
)
from navtalk_widget.local.speech.synthesizers.piper import load_piper, piper_is_installed
from navtalk_widget.local.speech.synthesizers.piper_voices import download_piper_voice, piper_voice_on_this_machine
from navtalk_widget.local.speech.synthesizers.speech_endpoint import speech_endpoint
from navtalk_widget.local.speech.synthesizers.voice_folder import voice_folder


async def choose_recognizer(
    choice: RecognizerChoice,
    progress: Progress,
    downloads: WhisperDownloads,
    environment: Mapping[str, str] = os.environ,
) -> Chosen[Recognizer]:
    """Make the recogniser that was chosen.

    What is automatic is faster-whisper where it is installed and its model is there or can be downloaded, which is
    waited for, else PocketSphinx. No endpoint is: nobody's voice leaves the machine unless they say so.

    Args:
        choice: all but a function.
        progress: told of what takes long.
        downloads: what is automatic fetches its model by them.
        environment: the variables.

    Raises:
        NavTalkError: what was chosen by name is not installed, or not to be had. What is automatic raises nothing.
    """
    match choice:
        case PocketSphinx():
            return Chosen(SphinxRecognizer(), "PocketSphinx")
        case FasterWhisper():
            return await _whisper(choice, progress, download_whisper)
        case TranscriptionEndpoint():
            endpoint, model = await transcription_model(choice, environment)
            name = f"{model} by {endpoint.title}"
            return Chosen(transcription_endpoint(endpoint, model), name, sends_to=endpoint.sends_to)
        case Automatic():
            if not whisper_is_installed():
                return Chosen(SphinxRecognizer(), "PocketSphinx")
            try:
                return await _whisper(FasterWhisper(), progress, downloads.fetch)
            except NavTalkError as error:
                why = f"{error.message} PocketSphinx listens instead, which knows English only and is often wrong."
                return Chosen(SphinxRecognizer(), "PocketSphinx", instead_of=why)
    raise ConfigurationError(f"A {choice.kind!r} recogniser is not made here.")


async def choose_synthesizer(
    choice: SynthesizerChoice, progress: Progress, environment: Mapping[str, str] = os.environ
) -> Chosen[Synthesizer]:
    """Make the voice that was chosen.

    What is automatic is Piper, else Kokoro, where it is installed and its model is in the folder of voices already,
    else eSpeak NG.

    Args:
        choice: all but a function.
        progress: told of what takes long.
        environment: the variables.

    Raises:
        NavTalkError: what was chosen by name is not installed, or not to be had. What is automatic raises nothing.
    """
    match choice:
        case Espeak():
            return Chosen(EspeakSynthesizer(), "eSpeak NG")
        case Piper():
            return await _piper(choice, progress)
        case Kokoro():
            return await _kokoro(choice, progress)
        case SpeechEndpoint():
            endpoint, model = await speech_model(choice, environment)
            name = f"{model} by {endpoint.title}"
            return Chosen(speech_endpoint(endpoint, model), name, sends_to=endpoint.sends_to)
        case Automatic():
            return await _best_voice(progress)
    raise ConfigurationError(f"A {choice.kind!r} voice is not made here.")


async def _whisper(
    choice: FasterWhisper, progress: Progress, download: Callable[[str, Progress], Awaitable[Path]]
) -> Chosen[Recognizer]:
    require_whisper()
    folder = await asyncio.to_thread(model_on_this_machine, choice.model)
    if folder is None:
        folder = await download(choice.model, progress)
    name = folder.name if folder.is_dir() and choice.model == str(folder) else choice.model
    loading = f"Loading the Whisper model {name}"
    progress(loading, None)
    try:
        recognizer = await asyncio.to_thread(
            load_whisper, folder, device=choice.device, compute_type=choice.compute_type
        )
    finally:
        progress(loading, 1.0)
    return Chosen(recognizer, f"Whisper {name}")


async def _piper(choice: Piper, progress: Progress) -> Chosen[Synthesizer]:
    file = piper_voice_on_this_machine(choice.model)
    if file is None:
        file = await download_piper_voice(choice.model, progress)
    return Chosen(await asyncio.to_thread(load_piper, file), f"Piper {file.stem}")


async def _kokoro(choice: Kokoro, progress: Progress) -> Chosen[Synthesizer]:
    loading = "Loading the voices of Kokoro"
    progress(loading, None)
    try:
        voice = await asyncio.to_thread(load_kokoro, choice.model, choice.voices, choice.voice)
    finally:
        progress(loading, 1.0)
    return Chosen(voice, f"Kokoro {choice.voice}" if choice.voice else "Kokoro")


async def _best_voice(progress: Progress) -> Chosen[Synthesizer]:
    folder = voice_folder()
    instead_of = None
    try:
        if piper_is_installed() and (voices := sorted(folder.glob("*.onnx.json"))):
            return await _piper(Piper(model=str(voices[0].with_suffix(""))), progress)
        if kokoro_is_installed() and (folder / KOKORO_MODEL).is_file() and (folder / KOKORO_VOICES).is_file():
            return await _kokoro(Kokoro(model=str(folder / KOKORO_MODEL), voices=str(folder / KOKORO_VOICES)), progress)
    except NavTalkError as error:
        instead_of = f"eSpeak NG speaks. {error.message}"
    return Chosen(EspeakSynthesizer(), "eSpeak NG", instead_of=instead_of)
