"""From what people write, a name, an address or a choice, to a choice."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import ValidationError

from navtalk_widget.engines.choices import (
    Automatic,
    Builtin,
    ChatEndpoint,
    Choice,
    Espeak,
    FasterWhisper,
    ImportedFunction,
    Kokoro,
    LocalOptions,
    OpenAIEndpoint,
    Piper,
    PocketSphinx,
    RecognizerChoice,
    ResponderChoice,
    SpeechEndpoint,
    SynthesizerChoice,
    TranscriptionEndpoint,
)
from navtalk_widget.engines.ollama_address import ollama_url
from navtalk_widget.errors import ConfigurationError

Named = Callable[[str], Choice]
"""Makes a choice of what stands after the colon of a name, ``""`` if nothing does."""

C = TypeVar("C", bound=Choice)

_IMPORT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


def responder_choice(
    wanted: object, model: str = "", *, imports: bool = False, environment: Mapping[str, str] = os.environ
) -> ResponderChoice:
    """The mind that somebody names.

    Args:
        wanted: None, a name such as ``"ollama"`` or ``"openai:gpt-4o-mini"``, an address, or a choice.
        model: of an address, or of a name that tells none.
        imports: whether ``module:callable`` is a name too.
        environment: the variables, of which ``OLLAMA_HOST`` says where ``"ollama"`` is.

    Raises:
        ConfigurationError: there is none of that name.
    """
    names: dict[str, Named] = {
        "auto": _plain(Automatic),
        "builtin": _plain(Builtin),
        "ollama": lambda named: ChatEndpoint(url=_ollama(environment), model=named or model or None),
        "openai": lambda named: ChatEndpoint(model=named or model or None),
    }
    kinds = (Automatic, Builtin, ChatEndpoint, ImportedFunction)
    if isinstance(wanted, ChatEndpoint) and wanted.model is None and model:
        wanted = wanted.model_copy(update={"model": model})
    chosen = _chosen("responder", wanted, names, kinds, lambda url: ChatEndpoint(url=url, model=model or None), imports)
    return cast(ResponderChoice, chosen)


def recognizer_choice(wanted: object, *, imports: bool = False) -> RecognizerChoice:
    """The ears that somebody names; see `responder_choice`.

    Raises:
        ConfigurationError: there are none of that name.
    """
    names: dict[str, Named] = {
        "auto": _plain(Automatic),
        "pocketsphinx": _plain(PocketSphinx),
        "faster-whisper": lambda named: FasterWhisper(model=named) if named else FasterWhisper(),
        "openai": lambda named: TranscriptionEndpoint(model=named or None),
    }
    kinds = (Automatic, PocketSphinx, FasterWhisper, TranscriptionEndpoint, ImportedFunction)
    endpoint = _plain_endpoint(TranscriptionEndpoint)
    return cast(RecognizerChoice, _chosen("recognizer", wanted, names, kinds, endpoint, imports))


def synthesizer_choice(wanted: object, *, imports: bool = False) -> SynthesizerChoice:
    """The voice that somebody names; see `responder_choice`.

    Raises:
        ConfigurationError: there is none of that name.
    """
    names: dict[str, Named] = {
        "auto": _plain(Automatic),
        "espeak": _plain(Espeak),
        "piper": lambda named: Piper(model=named) if named else Piper(),
        "kokoro": _kokoro,
        "openai": lambda named: SpeechEndpoint(model=named or None),
    }
    kinds = (Automatic, Espeak, Piper, Kokoro, SpeechEndpoint, ImportedFunction)
    endpoint = _plain_endpoint(SpeechEndpoint)
    return cast(SynthesizerChoice, _chosen("synthesizer", wanted, names, kinds, endpoint, imports))


def checked_options(values: Mapping[str, Any]) -> LocalOptions:
    """Options with these values; choices are `Choice` objects.

    Raises:
        ConfigurationError: a value is not valid; the message names it.
    """
    try:
        return LocalOptions(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        raise ConfigurationError(f"{name} = {values.get(name)!r} is not valid: {first['msg']}.") from None


def _chosen(
    option: str,
    wanted: object,
    names: Mapping[str, Named],
    kinds: tuple[type[Choice], ...],
    at: Callable[[str], Choice],
    imports: bool,
) -> Choice:
    if wanted is None:
        return Automatic()
    if isinstance(wanted, kinds):
        return wanted
    if isinstance(wanted, Choice):
        raise ConfigurationError(f"{type(wanted).__name__} is no {option}.", hint=_advice(names, imports))
    if not isinstance(wanted, str):
        raise ConfigurationError(
            f"{option}= takes a name, an address, a choice or a function, not {type(wanted).__name__}.",
            hint=_advice(names, imports),
        )
    if re.match(r"https?://", wanted):
        return at(_checked_address(option, wanted))
    name, _, rest = wanted.partition(":")
    if name.lower() in names:
        return names[name.lower()](rest)
    if imports and _IMPORT.fullmatch(wanted):
        return ImportedFunction(path=wanted)
    near = difflib.get_close_matches(name.lower(), names, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise ConfigurationError(f"There is no {option} {wanted!r}.{meant}", hint=_advice(names, imports))


def _checked_address(option: str, address: str) -> str:
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        usable = False
    if not usable:
        raise ConfigurationError(
            f"{option}= is no address of a service.", hint="Write it like http://localhost:8000/v1."
        )
    if parts.username is not None or parts.query:
        raise ConfigurationError(
            f"The address of the {option} has a key or a query in it.",
            hint="Set OPENAI_API_KEY, or pass a choice from navtalk_widget.engines with its api_key.",
        )
    return address


def _plain(kind: type[Choice]) -> Named:
    def choice(rest: str) -> Choice:
        if rest:
            raise ConfigurationError(f"{rest!r} means nothing to this engine.", hint="Leave out the colon and it.")
        return kind()

    return choice


def _plain_endpoint(kind: type[OpenAIEndpoint]) -> Callable[[str], Choice]:
    return lambda url: kind(url=url)


def _ollama(environment: Mapping[str, str]) -> str:
    host = environment.get("OLLAMA_HOST", "")
    url = ollama_url(host)
    if url is None:
        raise ConfigurationError(f"OLLAMA_HOST = {host!r} is no address.", hint="Write it like localhost:11434.")
    return f"{url}/v1"


def _kokoro(_: str) -> Choice:
    raise ConfigurationError(
        "Kokoro needs the files of its model and its voices.",
        hint='Pass navtalk_widget.engines.Kokoro(model="….onnx", voices="….bin").',
    )


def _advice(names: Mapping[str, Named], imports: bool) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    function = "module:callable" if imports else "a function of yours"
    return f"Use {listed}, the http(s):// address of a service that speaks OpenAI's API, or {function}."
