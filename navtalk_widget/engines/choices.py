"""Which engines there are to choose from, as data that travels from a kernel to the local service."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Choice(BaseModel):
    """One engine; `kind` tells which. Its secrets are shown to nobody but the service."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Automatic(Choice):
    """The best engine that is there: see each `Responder`, `Recognizer` and `Synthesizer` choice below."""

    kind: Literal["auto"] = "auto"


class Function(Choice):
    """A function of the user's, kept by the kernel, which the service asks over its pipe.

    Attributes:
        id: names the function between the two.
    """

    kind: Literal["function"] = "function"
    id: str


class ImportedFunction(Choice):
    """A function that the service imports: ``module:callable``."""

    kind: Literal["imported"] = "imported"
    path: str


class OpenAIEndpoint(Choice):
    """An HTTP service that speaks OpenAI's API: OpenAI, Ollama, vLLM, LM Studio, LocalAI and others.

    Attributes:
        url: its base, such as ``"http://localhost:11434/v1"``; None for ``OPENAI_BASE_URL``, or OpenAI itself.
        model: None for the first that suits.
        api_key: None for ``OPENAI_API_KEY``; local services need none.
    """

    url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str | None) -> str | None:
        # An address is shown and logged. What is no address at all is told by who asks it.
        if url is not None and re.match(r"\w+://([^/]*@|[^#]*\?)", url):
            raise ValueError("the address has a key or a query in it; pass api_key= instead")
        return url

    def __reduce__(self) -> Any:
        if self.api_key is not None:
            raise TypeError("a service's key is not to be pickled")
        return super().__reduce__()


class Builtin(Choice):
    """The responder that needs nothing: rules, simple knowledge, tools."""

    kind: Literal["builtin"] = "builtin"


class ChatEndpoint(OpenAIEndpoint):
    """A language model, by ``/chat/completions``."""

    kind: Literal["chat"] = "chat"


class PocketSphinx(Choice):
    """The recogniser that is always there: English, offline, small, and often wrong."""

    kind: Literal["pocketsphinx"] = "pocketsphinx"


class FasterWhisper(Choice):
    """Whisper by CTranslate2, with ``pip install "navtalk-widget[whisper]"``.

    Attributes:
        model: one of faster-whisper's names, such as ``"base"``, or the folder of a model.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        compute_type: of CTranslate2, such as ``"int8"``.
    """

    kind: Literal["faster-whisper"] = "faster-whisper"
    model: str = "base"
    device: str = "auto"
    compute_type: str = "default"


class TranscriptionEndpoint(OpenAIEndpoint):
    """A recogniser by ``/audio/transcriptions``."""

    kind: Literal["transcription"] = "transcription"


class Espeak(Choice):
    """The voice that is always there: eSpeak NG, in more than a hundred languages, and audibly a machine."""

    kind: Literal["espeak"] = "espeak"


class Piper(Choice):
    """Piper, with ``pip install "navtalk-widget[piper]"``.

    Attributes:
        model: the ``.onnx`` file of a voice, with its ``.onnx.json`` beside it, or the name of a voice to download,
            such as ``"en_US-lessac-medium"``.
    """

    kind: Literal["piper"] = "piper"
    model: str = "en_US-lessac-medium"


class Kokoro(Choice):
    """Kokoro, with ``pip install "navtalk-widget[kokoro]"``.

    Attributes:
        model: the ``.onnx`` file.
        voices: the file of its voices.
        voice: one of these; None for one that suits the session's voice.
    """

    kind: Literal["kokoro"] = "kokoro"
    model: str
    voices: str
    voice: str | None = None


class SpeechEndpoint(OpenAIEndpoint):
    """A voice by ``/audio/speech``."""

    kind: Literal["speech"] = "speech"


ResponderChoice: TypeAlias = Annotated[
    Automatic | Builtin | ChatEndpoint | Function | ImportedFunction, Field(discriminator="kind")
]
RecognizerChoice: TypeAlias = Annotated[
    Automatic | PocketSphinx | FasterWhisper | TranscriptionEndpoint | Function | ImportedFunction,
    Field(discriminator="kind"),
]
SynthesizerChoice: TypeAlias = Annotated[
    Automatic | Espeak | Piper | Kokoro | SpeechEndpoint | Function | ImportedFunction, Field(discriminator="kind")
]

_Width: TypeAlias = Annotated[int, Field(ge=320, le=1280, multiple_of=2)]
_Height: TypeAlias = Annotated[int, Field(ge=400, le=1280, multiple_of=2)]
VideoSize: TypeAlias = tuple[_Width, _Height]


class LocalOptions(BaseModel):
    """What one conversation wants of the local service, beyond what the protocol can say.

    Attributes:
        responder: the mind.
        recognizer: the ears.
        synthesizer: the voice.
        character: a folder with a character, or a portrait photo, to show in place of the character's name; None for
            none.
        video_size: pixels across and down; the pictures are 4 wide to 5 high, and are letterboxed into other shapes.
        video_codec: that is offered first.
        interruption_ms: speech of the person that is shorter than this, and no more than a cough or an "mhm", does not
            interrupt the avatar; 0 lets everything interrupt.
        half_duplex: whether the microphone is not listened to while the avatar speaks, for loudspeakers whose echo
            nothing else gets rid of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    responder: ResponderChoice = Automatic()
    recognizer: RecognizerChoice = Automatic()
    synthesizer: SynthesizerChoice = Automatic()
    character: str | None = None
    video_size: VideoSize = (320, 400)
    video_codec: Literal["vp8", "h264"] = "vp8"
    interruption_ms: Annotated[int, Field(ge=0, le=5_000)] = 600
    half_duplex: bool = False

    def as_message(self) -> dict[str, Any]:
        """Return it as JSON, **secrets included**, for the pipe to the service alone."""
        message: dict[str, Any] = _revealed(self.model_dump(mode="python"))
        return message


def _revealed(value: Any) -> Any:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case dict():
            return {name: _revealed(each) for name, each in value.items()}
        case list() | tuple():
            return [_revealed(each) for each in value]
    return value
