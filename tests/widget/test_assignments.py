from collections.abc import Iterator
from typing import Any

import pytest

from navtalk_widget import Avatar
from navtalk_widget.errors import ConfigurationError


@pytest.fixture
def avatar() -> Iterator[Any]:
    avatar = Avatar(service="ws://127.0.0.1:9")
    yield avatar
    avatar.close()


@pytest.mark.parametrize(
    ("slip", "right"), [("instruction", "instructions"), ("lokale", "locale"), ("respondr", "responder")]
)
def test_a_slip_of_the_pen_is_refused(avatar: Any, slip: str, right: str) -> None:
    with pytest.raises(AttributeError, match=f"Avatar has no setting '{slip}'. Did you mean '{right}'?"):
        setattr(avatar, slip, "zh")


@pytest.mark.parametrize("name", ["character", "service", "license", "history_dir"])
def test_what_is_decided_at_the_beginning_says_how_to_go_on_with_another(avatar: Any, name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{name} is decided .*Avatar\({name}=…, history=avatar.transcript"):
        setattr(avatar, name, "navtalk.Lily")
    assert avatar.character == "navtalk.Leo"


def test_a_list_of_tools_says_how_to_add_one(avatar: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"avatar.tool\(function\)"):
        avatar.tools = [print]


def test_a_verb_is_not_lost_by_being_taken_for_a_setting(avatar: Any) -> None:
    with pytest.raises(AttributeError, match=r"mute is a verb: avatar.mute\(…\) calls it"):
        avatar.mute = True
    avatar.mute()
    assert avatar.muted


def test_other_names_are_ones_own(avatar: Any) -> None:
    avatar.title = "The guide"
    assert avatar.title == "The guide"


def test_a_slip_in_what_is_followed_is_refused() -> None:
    avatar = Avatar(service="local")
    try:
        with pytest.raises(ConfigurationError, match=r"no event named 'turns'\. Did you mean 'turn'"):
            avatar.on("turns", print)
        for names in ("transcirpt", ["status", "transcirpt"]):
            with pytest.raises(ConfigurationError, match=r"no trait named 'transcirpt'\. Did you mean 'transcript'"):
                avatar.observe(print, names=names)
        avatar.observe(print, names=["transcript", "status"])
        avatar.observe(print)
    finally:
        avatar.close()


def test_an_avatar_of_the_local_service_has_its_voices_and_tells_of_others() -> None:
    avatar = Avatar(service="local")
    try:
        assert {"cedar", "fable", "nova", "onyx"} < set(avatar.voices)
        with pytest.warns(UserWarning, match="no voice called 'banana'") as caught:
            avatar.voice = "banana"
        assert [each.filename for each in caught] == [__file__]
    finally:
        avatar.close()
