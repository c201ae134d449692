"""The commands: ``talk``, ``demo``, ``doctor`` and ``serve``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

from navtalk_widget import __version__
from navtalk_widget.cli import demo, doctor, talk
from navtalk_widget.cli.standard_error import say_error
from navtalk_widget.errors import NavTalkError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 1 if it failed, with a sentence on standard error."""
    if isinstance(sys.stdout, TextIOWrapper):  # an answer may have letters that its encoding lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run not in (_serve, demo.run):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    if options.run in (talk.run, _serve):
        _find_modules_here()
    with warnings.catch_warnings():
        warnings.showwarning = _say_warning  # type: ignore[assignment]  # it is called by place
        try:
            code: int = options.run(options)
        except NavTalkError as error:
            say_error(str(error))
            return 1
        except KeyboardInterrupt:
            return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="navtalk-widget", description="Talk with a real-time digital human.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    talk.add_arguments(commands.add_parser("talk", help="ask one thing and print the answer"))
    demo.add_arguments(commands.add_parser("demo", help="open JupyterLab on a notebook in which to talk"))
    doctor.add_arguments(commands.add_parser("doctor", help="see whether one can talk here, and what is missing"))
    # The service has a command line of its own, help included.
    serve = commands.add_parser("serve", help="run the local service, for any NavTalk client", add_help=False)
    serve.set_defaults(run=_serve)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from navtalk_widget.local.__main__ import main as serve  # only here: its packages are an extra

    return serve(options.rest, prog="navtalk-widget serve")


def _say_warning(warning: Warning | str, *_: Any) -> None:
    """Without the line of code that it is about, which says nothing to whoever typed a command."""
    say_error(str(warning))


def _find_modules_here() -> None:
    """Let functions be named that are in modules of the current folder: a script finds none there by itself."""
    if not {"", os.getcwd()} & set(sys.path):
        sys.path.append(os.getcwd())
