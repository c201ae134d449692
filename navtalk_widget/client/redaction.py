"""Keeps the licence, which NavTalk's protocol puts in addresses, out of the logs and of what services quote."""

from __future__ import annotations

import json
import logging
import re
from urllib.parse import quote

from pydantic import SecretStr
from websockets.frames import Frame

_SECRET_PARAMETERS = re.compile(r"((?:license|userId|apikey|options)=)[^&\s\"']+", re.IGNORECASE)

SHORTEST_SECRET = 8
"""Characters; a shorter licence may be a word, which a service may well say."""


def redact(text: str) -> str:
    """Mask the values of secret query parameters in a text."""
    return _SECRET_PARAMETERS.sub(r"\1***", text)


def without(text: str, secret: SecretStr) -> str:
    """Mask a secret in a text that quotes it, as it is, as in an address, or as in JSON with any of its escapes."""
    plain = secret.get_secret_value()
    if len(plain) >= SHORTEST_SECRET:
        for quoted in (plain, quote(plain), quote(plain, safe=""), json.dumps(plain)[1:-1]):
            text = text.replace(quoted, "***")
        if "\\" in text:
            text = re.sub(_escaped(plain), "***", text)
    return text


def _escaped(secret: str) -> str:
    """A pattern for a secret of whose characters any are escaped as JSON allows, in JSON that may itself be in JSON.

    Runs of backslashes are matched as a whole, so that what is left is JSON still, and from their beginning only,
    which keeps the time linear.
    """
    return r"(?:(?<!\\)|(?=[^\\]))" + "".join(map(_character, secret))


def _character(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    escapes = "".join(rf"\\+u{units[start : start + 4]}" for start in range(0, len(units), 4))
    short = r"\\*" if character in '"/\\' else ""
    return f"(?:{short}{re.escape(character)}|(?i:{escapes}))"


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):  # of what is said only the length: it may be a token, or people's words
            shown = (
                f"{arg.opcode.name} [{len(arg.data)} bytes]" if isinstance(arg, Frame) else arg for arg in record.args
            )
            record.args = tuple(shown)
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def socket_logger(name: str = "navtalk_widget.websockets") -> logging.Logger:
    """A logger for `websockets`, which at debug level writes the request line with its query, and all messages."""
    logger = logging.getLogger(name)
    if not any(isinstance(present, _Redacting) for present in logger.filters):
        logger.addFilter(_Redacting())
    return logger
