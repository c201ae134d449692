from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Playwright

from tests.support.browser import chromium
from tests.support.local_service import local_service
from tests.support.offset_page import OffsetPage, pages

LICENSE = "sk_navtalk_offset"

ROUNDS = 19
"""Of three delays each, which overlap; what holds one of them up is outvoted by the others."""

SETTLED_S = 4.0

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with local_service(LICENSE) as url:
        yield url


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with pages() as address:
        yield address


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright, None) as browser:
        yield browser


def test_a_known_delay_between_picture_and_sound_is_found_again(browser: Browser, address: str, service: str) -> None:
    injected = [0, 80, -80]
    character = "navtalk.TestCard" + "".join(f"{delay:+d}ms" for delay in injected)
    watching = {
        codec: OffsetPage(browser, address, service, LICENSE, character, codec=codec)
        for codec in ("video/VP8", "video/H264")
    }
    for codec, page in watching.items():
        found = page.settled(ROUNDS, of=len(injected), after_s=SETTLED_S).in_turn(len(injected))
        assert page.codec == codec
        errors = [np.abs(np.roll(found, turn) - injected).max() for turn in range(len(injected))]
        assert min(errors) < 20.0, found
