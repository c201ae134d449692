"""Keeps the licence, which NavTalk's protocol puts in addresses, out of the logs."""

from __future__ import annotations

import logging
import re

_SECRET_PARAMETERS = re.compile(r"((?:license|userId|apikey)=)[^&\s\"']+", re.IGNORECASE)


def redact(text: str) -> str:
    """Mask the values of secret query parameters in a text."""
    return _SECRET_PARAMETERS.sub(r"\1***", text)


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def socket_logger() -> logging.Logger:
    """The logger for `websockets`, which at debug level writes the request line with its query."""
    logger = logging.getLogger("navtalk_widget.websockets")
    if not any(isinstance(present, _Redacting) for present in logger.filters):
        logger.addFilter(_Redacting())
    return logger
