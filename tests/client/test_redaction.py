import json
import logging
import struct
from collections.abc import Callable
from urllib.parse import quote

import pytest
from pydantic import SecretStr
from websockets.frames import Frame, Opcode

from navtalk_widget.client.redaction import redact, socket_logger, without


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


def test_the_sockets_logger_shows_no_message(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        socket_logger().debug("< %s", Frame(Opcode.TEXT, b'{"type": "hello", "token": "canary"}'))
    assert "< TEXT [36 bytes]" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("quoted", [str, quote, lambda secret: quote(secret, safe=""), json.dumps])
def test_a_secret_that_is_quoted_is_masked(quoted: Callable[[str], str]) -> None:
    secret = 'sk"/+canary ü'
    shown = without(f"the licence {quoted(secret)} is not good", SecretStr(secret))
    assert "canary" not in shown
    assert "***" in shown


def spelt_out(text: str) -> str:
    """JSON with every character escaped."""
    return "".join(
        f"\\u{unit:04X}" for unit in struct.unpack(f">{len(text.encode('utf-16-be')) // 2}H", text.encode("utf-16-be"))
    )


@pytest.mark.parametrize(
    "escaped",
    [
        spelt_out,
        lambda secret: spelt_out(secret).lower().replace("\\u0063", "c"),
        lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
        lambda secret: json.dumps(json.dumps(secret))[3:-3],
        lambda secret: json.dumps(json.dumps(f'"{spelt_out(secret)}"'))[1:-1],
        lambda secret: json.dumps("\\")[1:-1] + spelt_out(secret)[:6] + json.dumps(secret[1:])[1:-1],
    ],
)
def test_a_secret_that_is_escaped_in_json_is_masked_and_the_json_can_still_be_read(
    escaped: Callable[[str], str],
) -> None:
    secret = 'sk"/+canary \\ü😀'
    shown = json.loads(without(f'{{"said": "the licence \\n{escaped(secret)} is not good"}}', SecretStr(secret)))
    assert shown["said"].startswith("the licence \n")
    assert shown["said"].endswith(" is not good")
    assert "***" in shown["said"]
    assert "canary" not in shown["said"]
    assert "\\u" not in shown["said"]


def test_a_service_that_sends_backslashes_without_end_is_read_in_time() -> None:
    text = "\\" * 2**20 + "s" + "\\" * 2**20
    assert without(text, SecretStr("sk_navtalk_canary")) == text


def test_a_licence_that_may_be_a_word_is_not_searched_for() -> None:
    assert without("a demo of the demo", SecretStr("demo")) == "a demo of the demo"
    assert without("nothing", SecretStr("")) == "nothing"
