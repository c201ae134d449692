"""The command line: ``navtalk-widget talk`` and ``navtalk-widget serve``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from navtalk_widget import __version__
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.engines.names import checked_options
from navtalk_widget.errors import ConfigurationError, MissingExtraError, NavTalkError, ToolError
from navtalk_widget.local.engines.imported_function import imported_function
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.own_character import own_character
from navtalk_widget.session.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 1 if it failed, with a sentence on standard error."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run is not _serve:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        code: int = options.run(options)
    except NavTalkError as error:
        _say_error(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="navtalk-widget", description="Talk with a real-time digital human.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    talk = commands.add_parser("talk", help="ask one thing and print the answer")
    talk.add_argument("text", help="what to say")
    talk.add_argument("--wav", metavar="FILE", help="write the avatar's voice to a WAV file")
    talk.add_argument(
        "--video", metavar="FILE", help="film the answer, as MP4; done on this machine, by the local engines"
    )
    talk.add_argument(
        "--video-size", type=_size, default=(480, 600), metavar="WxH", help="pixels of the film (default: 480x600)"
    )
    talk.add_argument("--character", default="navtalk.Leo", help="whom to ask (default: %(default)s)")
    talk.add_argument("--instructions", default="", help="what the avatar is and how it should talk")
    talk.add_argument("--voice", help="the avatar's voice")
    talk.add_argument("--avatar-id", default="", help="whom to ask, exactly; second generation only")
    talk.add_argument("--service", default="auto", help="auto, local, v1, v2, or ws://… (default: %(default)s)")
    talk.add_argument("--protocol", choices=("v1", "v2"), help="the generation spoken at an address")
    talk.add_argument(
        "--tool",
        action="append",
        default=[],
        metavar="MODULE:FUNCTION",
        help="a Python function that the avatar may call; for more, repeat it",
    )
    talk.add_argument("--timeout", type=float, default=60.0, help="seconds to wait (default: %(default)g)")
    talk.set_defaults(run=_talk)

    # The service has a command line of its own, help included.
    serve = commands.add_parser("serve", help="run the local service, for any NavTalk client", add_help=False)
    serve.set_defaults(run=_serve)
    return parser


def _talk(options: argparse.Namespace) -> int:
    return asyncio.run(_exchange(options) if options.video is None else _film(options))


async def _exchange(options: argparse.Namespace) -> int:
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
        session.on("progress", lambda news: _show_line(_in_words(news.what, news.share)))
        session.on("tool_call", _show_tool)
    async with session:
        reply = await session.ask(options.text, timeout=options.timeout)
    return _show(reply.text, reply.audio, options.wav)


async def _film(options: argparse.Namespace) -> int:
    if options.service not in ("auto", "local"):
        raise ConfigurationError(
            f"A film is made by the local engines, not by the service {options.service!r}.",
            hint="Leave --service out, or --video.",
        )
    if options.tool:
        raise ConfigurationError("In a film no tools are called.", hint="Leave --tool out, or --video.")
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
        on_engine=_tell,
    )
    try:
        reply = await asyncio.wait_for(filming, options.timeout)
    except asyncio.TimeoutError:
        _say_error(f"the film was not done within {options.timeout:g} s; allow more with --timeout.")
        return 1
    except OSError as error:
        _say_error(f"{options.video} cannot be written: {error.strerror}.")
        return 1
    finally:
        if own is not None:
            await own.remove()
    code = _show(reply.text, reply.audio, options.wav)
    sys.stderr.write(f"{options.video}: {reply.seconds:.1f} s of film\n")
    return code


class TerminalApproval:
    """Asks at the terminal for the approval of calls that need it; where there is none, they are refused.

    Args:
        session: whose calls they are.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._questions: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    def note(self, call: ToolCallChanged) -> None:
        """Take in what is told of a call."""
        if call.state == "awaiting_approval":
            question = asyncio.create_task(self._ask(call), name="navtalk-approval")
            self._questions.add(question)
            question.add_done_callback(self._questions.discard)

    async def _ask(self, call: ToolCallChanged) -> None:
        if not sys.stdin.isatty():
            with contextlib.suppress(ToolError):  # it was called off
                self._session.reject(call.call_id, "Nobody is there to ask.")
            return
        async with self._one_at_a_time:
            given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
            sys.stderr.write(f"Allow {call.name}({given})? [y]es, [n]o, [a]lways: ")
            sys.stderr.flush()
            # In a thread that nobody waits for at the end: a line that is never typed must not keep the command alive.
            answer = await asyncio.wrap_future(run_in_daemon_thread(sys.stdin.readline, "navtalk-approval"))
            word = (answer.value or "").strip().lower()[:1]
            with contextlib.suppress(ToolError):  # it came too late
                if word in ("y", "a"):
                    self._session.approve(call.call_id, always=word == "a")
                else:
                    self._session.reject(call.call_id)


def _show(text: str, audio: NDArray[np.int16], wav: str | None) -> int:
    """Print the answer, and write its sound where that is wanted."""
    sys.stdout.write(f"{text}\n")
    if wav:
        try:
            write_wav(wav, audio)
        except OSError as error:
            _say_error(f"{wav} cannot be written: {error.strerror}.")
            return 1
        sys.stderr.write(f"{wav}: {audio.size / 24_000:.1f} s of speech\n")
    return 0


def _show_progress(seconds: float) -> None:
    _show_line(f"filming: {seconds:.1f} s")


def _show_line(text: str) -> None:
    """Keep one line of the terminal up to date."""
    sys.stderr.write(f"\r{text}\033[K\r")
    sys.stderr.flush()


def _show_tool(call: ToolCallChanged) -> None:
    if call.progress is not None or call.message:
        _show_line(_in_words(f"{call.name}: {call.message}".rstrip(": "), call.progress))
    elif call.state in ("done", "failed"):
        _show_line("")


def _tell(what: str, share: float | None) -> None:
    sys.stderr.write(f"{_in_words(what, share)}\n")


def _in_words(what: str, share: float | None) -> str:
    return what if share is None else f"{what}: {100 * share:.0f} %"


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError("must be like 480x600")
    return int(width), int(height)


def _serve(options: argparse.Namespace) -> int:
    from navtalk_widget.local.__main__ import main as serve  # only here: its packages are an extra

    return serve(options.rest, prog="navtalk-widget serve")


def _say_error(sentence: str) -> None:
    sys.stderr.write(f"navtalk-widget: {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
