"""The command line: ``navtalk-widget talk`` and ``navtalk-widget serve``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from navtalk_widget import __version__
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.errors import NavTalkError
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
    talk.add_argument("--character", default="navtalk.Leo", help="whom to ask (default: %(default)s)")
    talk.add_argument("--instructions", default="", help="what the avatar is and how it should talk")
    talk.add_argument("--voice", help="the avatar's voice")
    talk.add_argument("--avatar-id", default="", help="whom to ask, exactly; second generation only")
    talk.add_argument("--service", default="auto", help="auto, local, v1, v2, or ws://… (default: %(default)s)")
    talk.add_argument("--protocol", choices=("v1", "v2"), help="the generation spoken at an address")
    talk.add_argument("--timeout", type=float, default=60.0, help="seconds to wait (default: %(default)g)")
    talk.set_defaults(run=_talk)

    # The service has a command line of its own, help included.
    serve = commands.add_parser("serve", help="run the local service, for any NavTalk client", add_help=False)
    serve.set_defaults(run=_serve)
    return parser


def _talk(options: argparse.Namespace) -> int:
    return asyncio.run(_exchange(options))


async def _exchange(options: argparse.Namespace) -> int:
    settings = {"instructions": options.instructions}
    if options.voice:
        settings["voice"] = options.voice
    service = {"service": options.service, "protocol": options.protocol}
    avatar = {"character": options.character, "avatar_id": options.avatar_id}
    async with Session(**service, **avatar, **settings) as session:
        reply = await session.ask(options.text, timeout=options.timeout)
    sys.stdout.write(f"{reply.text}\n")
    if options.wav:
        try:
            write_wav(options.wav, reply.audio)
        except OSError as error:
            _say_error(f"{options.wav} cannot be written: {error.strerror}.")
            return 1
        sys.stderr.write(f"{options.wav}: {reply.audio.size / 24_000:.1f} s of speech\n")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from navtalk_widget.local.__main__ import main as serve  # only here: its packages are an extra

    return serve(options.rest, prog="navtalk-widget serve")


def _say_error(sentence: str) -> None:
    sys.stderr.write(f"navtalk-widget: {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
