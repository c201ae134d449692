import logging

import pytest

from navtalk_widget.client.redaction import redact, socket_logger


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wss://x/api?license=sk_1&characterName=Leo", "wss://x/api?license=***&characterName=Leo"),
        ("GET /iwebrtc?userId=sk_1 HTTP/1.1", "GET /iwebrtc?userId=*** HTTP/1.1"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_secret_parameters_are_masked(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_the_sockets_logger_masks_its_arguments_too(caplog: pytest.LogCaptureFixture) -> None:
    logger = socket_logger()
    assert socket_logger() is logger
    with caplog.at_level(logging.DEBUG):
        logger.debug("> GET %s HTTP/1.1", "/api?license=sk_canary")
    assert "license=***" in caplog.text
    assert "canary" not in caplog.text
