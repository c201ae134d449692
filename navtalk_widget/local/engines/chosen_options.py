"""From the command line to the engines of the service."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from navtalk_widget.engines.choices import ImportedFunction, LocalOptions
from navtalk_widget.engines.names import checked_options, recognizer_choice, responder_choice, synthesizer_choice
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.engines.imported_function import imported_function

if TYPE_CHECKING:
    from navtalk_widget.local.talk.upstream.backend import Backend

logger = logging.getLogger(__name__)

_OF_A_BACKEND = ("upstream_model", "upstream_key_file")
_IN_PLACE_OF_A_BACKEND = ("responder", "model", "recognizer", "synthesizer", "interruption_ms")


def local_options(options: argparse.Namespace) -> LocalOptions:
    """What holds for all conversations of the service.

    Raises:
        ConfigurationError: something is not valid, or there is no engine of that name.
    """
    given: dict[str, Any] = {
        "responder": responder_choice(options.responder, options.model, imports=True),
        "recognizer": recognizer_choice(options.recognizer, imports=True),
        "synthesizer": synthesizer_choice(options.synthesizer, imports=True),
        "video_size": options.video_size,
        "video_codec": options.video_codec,
        "interruption_ms": options.interruption_ms,
        "half_duplex": options.half_duplex,
    }
    for name, choice in given.items():
        if isinstance(choice, ImportedFunction):
            imported_function(choice.path, name)  # what cannot be imported is told at once
    return checked_options({name: value for name, value in given.items() if value is not None})


def chosen_backend(options: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Backend | None:
    """What hears and answers in the place of the engines; None if they do.

    Raises:
        ConfigurationError: its address is none, the file of its key cannot be used, or there are options that mean
            nothing with it, or without it.
    """
    from navtalk_widget.local.talk.upstream.backend import Backend

    if options.upstream is None:
        _refuse_beside(options, _OF_A_BACKEND, "only says something about a backend; give it with --upstream")
        return None
    _refuse_beside(options, _IN_PLACE_OF_A_BACKEND, "means nothing beside --upstream: the backend hears and answers")
    backend = Backend(options.upstream, options.upstream_model)
    logger.info("conversations are relayed to %s, which gets the person's voice", backend.host)
    told = environment.get("OPENAI_API_KEY", "").strip()
    if options.upstream_key_file is not None:
        return replace(backend, api_key=_key_in(options.upstream_key_file))
    if told and not backend.is_private:
        logger.warning("OPENAI_API_KEY is not sent to %s unencrypted; use wss://, or --upstream-key-file", backend.host)
        return backend
    return replace(backend, api_key=SecretStr(told)) if told else backend


def _refuse_beside(options: argparse.Namespace, names: tuple[str, ...], why: str) -> None:
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name) not in (None, "")]
    if given:
        raise ConfigurationError(f"{given[0]} {why}.", hint="Leave one of them away.")


def _key_in(file: str) -> SecretStr:
    try:
        key = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The file of the key {file} cannot be read: {error}.", hint="Give a text file with nothing but the key."
        ) from error
    if not key or len(key.split()) > 1:
        raise ConfigurationError(f"The file {file} holds no key.", hint="Write the key into it, and nothing else.")
    return SecretStr(key)
