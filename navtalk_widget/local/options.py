"""The command line of the service."""

from __future__ import annotations

import argparse
import re
import ssl
from pathlib import Path
from typing import Any

from navtalk_widget.errors import ConfigurationError

_ICE_SERVER = re.compile(r"(?P<scheme>stuns?|turns?):(?:(?P<user>[^:@]+):(?P<password>[^@]+)@)?(?P<place>[^@/\s]+)")


def parser(prog: str) -> argparse.ArgumentParser:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog=prog, description="The NavTalk-compatible service of navtalk-widget.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8810, help="TCP port, 0 for any (default: %(default)s)")
    parser.add_argument(
        "--license",
        metavar="KEY",
        action="append",
        default=[],
        help="let in who presents this key only; repeatable; it can be seen in the list of processes",
    )
    parser.add_argument("--license-file", metavar="FILE", help="the same with one key in each line of a file")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate chain in PEM, for wss:// and https://")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, if it is not in the same file")
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help=argparse.SUPPRESS,  # for kernels: {"license": "<key>"} comes from standard input, whose end is the end
    )
    _add_upstream(parser.add_argument_group("another mind"))
    _add_engines(parser.add_argument_group("engines", "keys are taken from the environment, such as OPENAI_API_KEY"))
    parser.add_argument(
        "--ice-server",
        metavar="URL",
        action="append",
        default=[],
        help="such as stun:host:3478 or turn:user:password@host:3478; repeatable; none is needed in one network",
    )
    parser.add_argument(
        "--max-sessions", type=_at_least_one, default=20, help="conversations at the same time (default: %(default)s)"
    )
    parser.add_argument(
        "--max-sessions-per-license", type=_at_least_one, metavar="N", help="conversations of one licence"
    )
    parser.add_argument(
        "--max-message-bytes", type=_at_least_one, metavar="N", help="a longer message closes its connection"
    )
    parser.add_argument(
        "--session-seconds", type=_seconds, metavar="S", help="how long a conversation may last (default: no limit)"
    )
    parser.add_argument(
        "--simulate",
        metavar="KIND[@S]",
        action="append",
        default=[],
        help="let every conversation fail, at once or after S seconds: gpu_full, insufficient_balance, "
        "insufficient_points, connection_limit_exceeded, backend_error, fail, or only a warning; repeatable",
    )
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    return parser


def _add_engines(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--responder",
        metavar="NAME",
        help="the mind: builtin, ollama, openai, the http(s):// address of a service that speaks OpenAI's API, or "
        "module:callable for a function of (messages, tools); ollama:MODEL names its model (default: the best of them)",
    )
    group.add_argument("--model", default="", help="the model of the responder, where it is a chat service")
    group.add_argument(
        "--recognizer",
        metavar="NAME",
        help="the ears: pocketsphinx, faster-whisper, faster-whisper:small, openai, an address, or module:callable",
    )
    group.add_argument(
        "--synthesizer",
        metavar="NAME",
        help="the voice: espeak, piper, piper:VOICE, openai, an address, or module:callable",
    )
    group.add_argument(
        "--character",
        metavar="PATH",
        action="append",
        default=[],
        help="the folder of a character of your own, or a photo; clients ask for it by its name; repeatable",
    )
    group.add_argument("--video-size", type=_size, metavar="WxH", help="pixels of the pictures (default: 320x400)")
    group.add_argument("--video-codec", choices=("vp8", "h264"), help="offered first (default: vp8)")
    group.add_argument(
        "--interruption-ms", type=int, metavar="MS", help="shorter speech does not interrupt (default: 600)"
    )
    group.add_argument("--half-duplex", action="store_true", help="do not listen while the avatar speaks")


def _add_upstream(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--upstream",
        metavar="URL",
        help="a backend that speaks OpenAI Realtime, such as wss://api.openai.com/v1/realtime, to hear and answer "
        "in place of the engines; it gets the person's voice",
    )
    group.add_argument("--upstream-model", metavar="NAME", help="its model, such as gpt-realtime")
    group.add_argument(
        "--upstream-key-file", metavar="FILE", help="holds its key (default: OPENAI_API_KEY of the environment)"
    )


def licences(options: argparse.Namespace) -> list[str]:
    """The keys that clients may present; none if any will do.

    Raises:
        ConfigurationError: the file cannot be read, or has no key in it.
    """
    if options.license_file is None:
        return list(options.license)
    try:
        lines = Path(options.license_file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The file of licences {options.license_file} cannot be read: {error}.",
            hint="Give a text file with one key in each line.",
        ) from error
    keys = [line.strip() for line in lines if line.strip()]
    if not keys:
        raise ConfigurationError(
            f"The file of licences {options.license_file} is empty.", hint="Write one key into each line."
        )
    return [*options.license, *keys]


def ice_server(text: str) -> dict[str, Any]:
    """Read the address of an ICE server as an `RTCIceServer` dictionary.

    Raises:
        ConfigurationError: it is none.
    """
    match = _ICE_SERVER.fullmatch(text)
    if match is None:
        hint = "Write it like stun:host:3478 or turn:user:password@host:3478."
        raise ConfigurationError("An address of an ICE server cannot be read.", hint=hint)
    server: dict[str, Any] = {"urls": [f"{match['scheme']}:{match['place']}"]}
    if match["user"]:
        server |= {"username": match["user"], "credential": match["password"]}
    return server


def tls_context(certificate: str | None, key: str | None) -> ssl.SSLContext | None:
    """Load a certificate; None without one.

    Raises:
        ConfigurationError: it cannot be loaded, or there is a key alone.
    """
    if certificate is None:
        if key is not None:
            raise ConfigurationError("--tls-key needs a certificate.", hint="Give it with --tls-cert.")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # of which ssl.SSLError is one
        raise ConfigurationError(
            f"The certificate {certificate} cannot be loaded: {error}.",
            hint="Give PEM files with --tls-cert and, if the key is in a file of its own, --tls-key.",
        ) from error
    return context


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if match is None:
        raise argparse.ArgumentTypeError("must be like 640x800")
    return int(match[1]), int(match[2])


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number
