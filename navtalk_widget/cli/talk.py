"""What ``navtalk-widget talk`` takes."""

from __future__ import annotations

import argparse


def add_arguments(talk: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
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
    talk.add_argument("--report", action="store_true", help="print the figures of the exchange, too")
    talk.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Ask, and print the answer."""
    from navtalk_widget.cli.exchange import exchange  # only here: it takes long to load, and help is to come at once

    return exchange(options)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError("must be like 480x600")
    return int(width), int(height)
