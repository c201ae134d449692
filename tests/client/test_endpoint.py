import pickle
from typing import Any

import pytest
from pydantic import SecretStr

from navtalk_widget.client.endpoint import AvatarChoice, choose_service
from navtalk_widget.errors import ConfigurationError

LEO = AvatarChoice("navtalk.Leo")


@pytest.fixture(autouse=True)
def _no_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAVTALK_LICENSE", raising=False)


def test_without_a_licence_the_embedded_service_is_used() -> None:
    choice = choose_service()
    assert choice.kind == "local"
    assert "Local service" in choice.label
    assert "nothing leaves" not in choice.label, "nobody knows that yet"


def test_with_a_licence_the_documented_addresses_are_used() -> None:
    endpoint = choose_service(license="sk_navtalk_x/y").endpoint()
    assert endpoint.main_url(LEO) == (
        "wss://api.navtalk.ai/api/realtime-api?license=sk_navtalk_x%2Fy&characterName=navtalk.Leo"
    )
    assert endpoint.signalling_url(None) == "wss://api.navtalk.ai/iwebrtc?userId=sk_navtalk_x%2Fy"
    assert endpoint.signalling_url("0f1c") == "wss://api.navtalk.ai/iwebrtc?userId=0f1c"


def test_the_licence_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVTALK_LICENSE", "sk_navtalk_env")
    assert (choose_service().kind, choose_service().protocol) == ("cloud", "v1")
    assert choose_service("local").license == SecretStr("")


def test_a_service_may_be_named_by_address() -> None:
    endpoint = choose_service("ws://127.0.0.1:8810/").endpoint()
    assert endpoint.main_address == "ws://127.0.0.1:8810/api/realtime-api"
    assert endpoint.signalling_address == "ws://127.0.0.1:8810/api/webrtc"


@pytest.mark.parametrize(
    "service",
    [
        *("cloud", "http://x", "ws://", "wss://x/?license=sk_navtalk_x", "ws://127.0.0.1:99999", "ws://[::1"),
        *("ws://user:sk_navtalk_x@host", "wss://host/api/webrtc", "wss://host/iwebrtc/"),
    ],
)
def test_words_that_name_no_service_are_refused(service: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_service(service)
    assert "sk_navtalk" not in str(caught.value)


def test_the_cloud_without_a_licence_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="licence key"):
        choose_service("v1")


def test_the_second_generation_has_one_socket() -> None:
    endpoint = choose_service("v2", license="sk_navtalk_x").endpoint()
    address = "wss://transfer.navtalk.ai/wss/v2/realtime-chat"
    assert endpoint.main_url(LEO) == f"{address}?license=sk_navtalk_x&name=navtalk.Leo"
    assert endpoint.main_url(AvatarChoice("navtalk.Leo", avatar_id="f b")) == (
        f"{address}?license=sk_navtalk_x&avatarId=f%20b"
    )
    assert endpoint.main_url(AvatarChoice("navtalk.Leo", model="transparency")).endswith("&model=transparency")


@pytest.mark.parametrize(
    ("service", "protocol", "main_address"),
    [
        ("ws://h:1", "v2", "ws://h:1/wss/v2/realtime-chat"),
        ("ws://h:1/wss/v2/realtime-chat", None, "ws://h:1/wss/v2/realtime-chat"),
        ("ws://h:1/api/realtime-api/", None, "ws://h:1/api/realtime-api"),
        ("ws://h:1/realtime-api", "v1", "ws://h:1/api/realtime-api"),
        ("ws://h:1/behind/a/proxy", "v2", "ws://h:1/behind/a/proxy/wss/v2/realtime-chat"),
    ],
)
def test_an_address_and_a_generation_make_an_endpoint(service: str, protocol: str | None, main_address: str) -> None:
    assert choose_service(service, protocol=protocol).endpoint().main_address == main_address


@pytest.mark.parametrize(
    ("service", "protocol"),
    [("v1", "v2"), ("ws://h/wss/v2/realtime-chat", "v1"), ("ws://h", "v3"), ("local", "V1")],
)
def test_a_generation_that_does_not_fit_is_refused(service: str, protocol: str) -> None:
    with pytest.raises(ConfigurationError, match=r"speaks v.|no protocol"):
        choose_service(service, protocol=protocol, license="sk_navtalk_x")


@pytest.mark.parametrize("avatar", [AvatarChoice("", avatar_id="7"), AvatarChoice("x", model="transparency")])
def test_what_only_the_second_generation_can_do_chooses_it(avatar: AvatarChoice) -> None:
    assert choose_service(avatar=avatar).protocol == "v2"
    assert choose_service(license="sk_navtalk_x", avatar=avatar).protocol == "v2"
    with pytest.raises(ConfigurationError, match="The first generation has no"):
        choose_service("v1", license="sk_navtalk_x", avatar=avatar)


def test_ice_servers_are_asked_for_beside_the_signalling() -> None:
    assert choose_service("ws://127.0.0.1:8810").endpoint().ice_servers_address == (
        "http://127.0.0.1:8810/api/webrtc/generate-ice-servers"
    )
    assert choose_service("v1", license="x").endpoint().ice_servers_address.startswith("https://api.navtalk.ai/")


def test_the_environments_licence_goes_to_navtalk_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVTALK_LICENSE", "sk_navtalk_env")
    assert choose_service("ws://elsewhere.example").license == SecretStr("")
    assert choose_service("wss://notnavtalk.ai").license == SecretStr("")
    assert choose_service("wss://transfer.navtalk.ai").license == SecretStr("sk_navtalk_env")
    assert choose_service("ws://elsewhere.example", license="mine").license == SecretStr("mine")


@pytest.mark.parametrize("wrong", [{"license": 123}, {"license": b"x"}, {"service": 5}])
def test_a_wrong_type_is_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="must be a text"):
        choose_service(**wrong)


def test_the_licence_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="not to be pickled"):
        pickle.dumps(choose_service(license="sk_navtalk_canary"))


def test_the_licence_is_in_no_repr() -> None:
    choice = choose_service(license="sk_navtalk_canary")
    assert "canary" not in repr(choice) + str(choice) + repr(choice.endpoint()) + choice.label
