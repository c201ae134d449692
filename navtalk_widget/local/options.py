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
    parser.add_argument(
        "--responder", metavar="MODULE:CALLABLE", help="function of (messages, tools) that gives the avatar's words"
    )
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


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number
