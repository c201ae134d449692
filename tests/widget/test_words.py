from collections.abc import Iterator

import pytest

from navtalk_widget import Avatar


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(service="ws://127.0.0.1:9", protocol="v1", license="sk_navtalk_canary")
    yield avatar
    avatar.close()


def test_a_page_gets_all_its_words_before_it_asks_for_anything(avatar: Avatar) -> None:
    words = avatar.get_state()["words"]
    assert (words["start"], words["status"]["idle"]) == ("Start", "Ready")


def test_the_words_follow_the_language(avatar: Avatar) -> None:
    avatar.locale = "zh"
    assert avatar.words["start"] == "开始"
    avatar.locale = "en"
    assert avatar.words["start"] == "Start"
