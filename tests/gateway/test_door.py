import logging

import pytest

from navtalk_widget.gateway.door import door_logger


@pytest.mark.parametrize(("level", "shown"), [(logging.WARNING, False), (logging.DEBUG, True)])
def test_a_handshake_that_fails_is_no_error_of_ours(caplog: pytest.LogCaptureFixture, level: int, shown: bool) -> None:
    logger = door_logger()
    assert door_logger() is logger
    with caplog.at_level(level):
        logger.error("opening handshake failed", exc_info=True)
    assert [record.levelno for record in caplog.records] == ([logging.DEBUG] if shown else [])


def test_what_fails_in_our_own_code_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        door_logger().error("connection handler failed")
    assert [record.message for record in caplog.records] == ["connection handler failed"]
