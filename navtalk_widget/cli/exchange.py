"""``navtalk-widget talk``: asks one thing, and prints the answer or films it."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import sys

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.wav import write_wav
from navtalk_widget.cli.approval import TerminalApproval
from navtalk_widget.cli.standard_error import in_words, say_error, show_line, show_tool, tell
from navtalk_widget.engines.names import checked_options
from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.local.engines.imported_function import imported_function
from navtalk_widget.session.own_character import own_character
from navtalk_widget.session.session import Session
from navtalk_widget.visible import visible


def exchange(options: argparse.Namespace) -> int:
    """Ask, and print or film the answer. The options are those of `talk.add_arguments`."""
    return asyncio.run(_ask(options) if options.video is None else _film(options))


async def _ask(options: argparse.Namespace) -> int:
    from rich.console import Console

    settings = {"instructions": options.instructions}
    if options.voice:
        settings["voice"] = options.voice
    service = {"service": options.service, "protocol": options.protocol}
    avatar = {"character": options.character, "avatar_id": options.avatar_id}
    tools = [imported_function(path, "tool") for path in options.tool]
    session = Session(**service, **avatar, **settings, tools=tools)
    session.on("tool_call", TerminalApproval(session).note)
    if session.service.kind == "local":
        session.recognizer = "pocketsphinx"  # nobody speaks: no model is loaded, or fetched, to hear it
    if sys.stderr.isatty():
        session.on("progress", lambda news: show_line(in_words(news.what, news.share)))
        session.on("tool_call", show_tool)
    async with session:
        reply = await session.ask(options.text, timeout=options.timeout)
    code = _show(reply.text, reply.audio, options.wav)
    if options.report:
        Console(stderr=True).print(session.report())
    return code


async def _film(options: argparse.Namespace) -> int:
    if options.service not in ("auto", "local"):
        raise ConfigurationError(
            f"A film is made by the local engines, not by the service {options.service!r}.",
            hint="Leave --service out, or --video.",
        )
    if options.tool:
        raise ConfigurationError("In a film no tools are called.", hint="Leave --tool out, or --video.")
    if options.report:
        raise ConfigurationError("Of a film there are no figures.", hint="Leave --report out, or --video.")
    if importlib.util.find_spec("aiortc") is None:
        raise MissingExtraError("The packages of the local engines are not installed.")
    from navtalk_widget.local.film.filmed_reply import film_reply  # only here: its packages are an extra

    checked_options({"video_size": options.video_size})
    own = own_character(options.character)
    folder = None if own is None else await own.write()
    filming = film_reply(
        options.video,
        options.text,
        character=options.character if folder is None else folder,
        size=options.video_size,
        voice=options.voice,
        instructions=options.instructions,
        on_progress=_show_progress if sys.stderr.isatty() else None,
        on_engine=tell,
    )
    try:
        reply = await asyncio.wait_for(filming, options.timeout)
    except asyncio.TimeoutError:
        say_error(f"the film was not done within {options.timeout:g} s; allow more with --timeout.")
        return 1
    except OSError as error:
        say_error(f"{options.video} cannot be written: {error.strerror}.")
        return 1
    finally:
        if own is not None:
            await own.remove()
    code = _show(reply.text, reply.audio, options.wav)
    sys.stderr.write(f"{options.video}: {reply.seconds:.1f} s of film\n")
    return code


def _show(text: str, audio: NDArray[np.int16], wav: str | None) -> int:
    """Print the answer, and write its sound where that is wanted."""
    sys.stdout.write(f"{visible(text)}\n")
    if wav:
        try:
            write_wav(wav, audio)
        except OSError as error:
            say_error(f"{wav} cannot be written: {error.strerror}.")
            return 1
        sys.stderr.write(f"{wav}: {audio.size / 24_000:.1f} s of speech\n")
    return 0


def _show_progress(seconds: float) -> None:
    show_line(f"filming: {seconds:.1f} s")
