from __future__ import annotations

import socket

import pytest
from multidict import MultiDict

from navtalk_widget.local.door.admission import Licences, Visit, names_this_service


def test_the_first_generations_query_is_read() -> None:
    visit = Visit.read({"license": "k", "characterName": "navtalk.Lily", "model": "gpt-realtime"})
    assert (visit.license, visit.character, visit.mode) == ("k", "navtalk.Lily", "assistant")


def test_the_second_generations_query_is_read() -> None:
    visit = Visit.read({"license": "k", "name": "navtalk.Lily", "avatarId": "7"})
    assert (visit.character, visit.avatar_id) == ("navtalk.Lily", "7")


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        ({"model": "transparency"}, "transparency"),
        ({"audioBack": "true"}, "audio_back"),
        ({"audioBack": "false"}, "assistant"),
        ({"model": "gpt-realtime-mini"}, "assistant"),
    ],
)
def test_the_mode_is_read(query: dict[str, str], mode: str) -> None:
    assert Visit.read(query).mode == mode


def test_of_a_repeated_parameter_the_first_counts() -> None:
    assert Visit.read(MultiDict([("license", "a"), ("license", "b")])).license == "a"


def test_secrets_stay_out_of_the_repr() -> None:
    assert "secret" not in repr(Visit.read({"license": "secret", "userId": "secret"}))


def test_without_licences_everybody_is_let_in_and_owns_the_same_things() -> None:
    licences = Licences([])
    assert licences.admit("") and licences.admit("anything")
    assert licences.owner("one") == licences.owner("two")


def test_with_licences_only_those_are_let_in() -> None:
    licences = Licences(["one", "zwö"])
    assert licences.admit("one") and licences.admit("zwö")
    assert not any(licences.admit(given) for given in ("", "On", "one ", "zw\udcf6"))
    assert licences.owner("one") != licences.owner("zwö")


@pytest.mark.parametrize("header", ["192.0.2.7:8810", "[2001:db8::1]", socket.gethostname(), "transfer.navtalk.ai:443"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_a_service_on_all_interfaces_goes_by_any_address_and_the_machines_name(header: str, host: str) -> None:
    assert names_this_service(header, host)


@pytest.mark.parametrize("header", ["192.0.2.7", "evil.example", "", "[", "navtalk.ai", "api.navtalk.ai.evil.example"])
def test_a_service_on_one_interface_does_not(header: str) -> None:
    assert not names_this_service(header, "127.0.0.1")
