from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywebrtc
import pytest

from navtalk_widget import Avatar, Device
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.widget.dispatcher import Dispatcher
from navtalk_widget.widget.shared_traits import WidgetTraits

HEADSET = Device("id of headset", "audioinput", "USB headset")
SPEAKER = Device("id of speaker", "audiooutput", "Loud speaker")


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(service="ws://127.0.0.1:9/", protocol="v1", license="sk_navtalk_canary")
    avatar.set_trait("devices", (HEADSET, SPEAKER))
    yield avatar
    avatar.close()


def told(avatar: Avatar, name: str) -> Any:
    """A trait as pages are told it."""
    return WidgetTraits(avatar, Dispatcher("traits"), lambda *call: None).shared()[name]


def test_without_a_choice_the_browser_chooses(avatar: Avatar) -> None:
    assert (avatar.microphone, avatar.speaker) == (None, None)
    assert (told(avatar, "microphone"), told(avatar, "speaker")) == (None, None)


@pytest.mark.parametrize("chosen", [HEADSET, HEADSET.label, HEADSET.id])
def test_a_device_is_chosen_by_itself_or_by_its_names(avatar: Avatar, chosen: Any) -> None:
    avatar.microphone = chosen
    assert avatar.microphone == HEADSET
    assert told(avatar, "microphone") == HEADSET.id


def test_a_label_that_no_page_has_told_yet_is_kept_for_the_page_to_find(avatar: Avatar) -> None:
    avatar.speaker = "Headphones"
    assert avatar.speaker == told(avatar, "speaker") == "Headphones"


def test_an_empty_name_is_the_browsers_own_choice(avatar: Avatar) -> None:
    avatar.microphone = HEADSET
    avatar.microphone = ""
    assert avatar.microphone is None


@pytest.mark.parametrize(
    ("trait", "value"), [("microphone", 3), ("microphone", SPEAKER), ("speaker", HEADSET), ("microphone", {"id": "x"})]
)
def test_what_is_no_such_device_is_refused_in_words(avatar: Avatar, trait: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{trait} takes None"):
        setattr(avatar, trait, value)
    assert getattr(avatar, trait) is None


def test_a_stream_of_ipywebrtc_takes_the_place_of_a_microphone(avatar: Avatar) -> None:
    stream = ipywebrtc.CameraStream()
    avatar.microphone = stream
    assert avatar.microphone is stream
    assert told(avatar, "microphone") == f"IPY_MODEL_{stream.model_id}"
    stream.close()


@pytest.mark.parametrize(("trait", "make"), [("speaker", ipywebrtc.CameraStream), ("microphone", ipywebrtc.WebRTCPeer)])
def test_other_widgets_do_not(avatar: Avatar, trait: str, make: Any) -> None:
    widget = make()
    with pytest.raises(ConfigurationError, match=trait):
        setattr(avatar, trait, widget)
    widget.close()


def test_a_page_chooses_by_id(avatar: Avatar) -> None:
    read = avatar.trait_metadata("microphone", "from_json")
    avatar.microphone = read(HEADSET.id, avatar)
    assert avatar.microphone == HEADSET


def test_devices_can_be_observed_and_not_set(avatar: Avatar) -> None:
    seen: list[Any] = []
    avatar.observe(lambda change: seen.append(change["new"]), names="devices")
    avatar.set_trait("devices", (HEADSET,))
    assert seen == [(HEADSET,)]
    with pytest.raises(Exception, match="read-only"):
        avatar.devices = ()


def test_choices_are_not_saved_with_the_notebook(avatar: Avatar) -> None:
    assert {"devices", "microphone", "speaker"}.isdisjoint(avatar.get_state())
