"""Where words go, and what the person should know, is told when it changes; the service is played by the test."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from navtalk_widget.client.endpoint import choose_service, endpoint_at
from navtalk_widget.errors import ServiceStartError
from navtalk_widget.session.chosen_service import ChosenService
from navtalk_widget.session.local_engines import LocalEngines
from navtalk_widget.session.news import EnginesChosen
from tests.session.test_local_engines import Service, engines
from tests.support.waiting import eventually

NOWHERE = "Local service: no account, nothing leaves this machine"


class StartedService(Service):
    """One that runs already."""

    pid = 1

    def start(self, protocol: Any) -> Any:
        return endpoint_at("ws://127.0.0.1:9", SecretStr("key"), protocol)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> StartedService:
    service = StartedService()
    monkeypatch.setattr("navtalk_widget.session.chosen_service.embedded_service", lambda: service)
    return service


async def found(chosen: ChosenService, service: StartedService, **sends_to: Any) -> None:
    known = len(service.known)
    finding = asyncio.create_task(chosen.find())
    await eventually(lambda: len(service.known) > known)
    service.ready(**sends_to)
    await finding


def chosen_service(wanted: LocalEngines, told: list[EnginesChosen]) -> ChosenService:
    return ChosenService(
        choose_service("local"), wanted, progress=lambda what, share: None, publish=lambda news: told.append(news)
    )


async def test_a_note_is_told_though_words_go_where_they_went(service: StartedService) -> None:
    told: list[EnginesChosen] = []
    wanted = engines()
    chosen = chosen_service(wanted, told)
    await found(chosen, service)
    assert (chosen.label, told[-1].notes) == (NOWHERE, ())
    wanted.set(recognizer="faster-whisper")
    await found(chosen, service, note="It is not there.")
    assert told[-1] == EnginesChosen(NOWHERE, ("It is not there.",) * 3)


async def test_engines_that_cannot_be_had_promise_nothing(service: StartedService) -> None:
    told: list[EnginesChosen] = []
    wanted = engines()
    chosen = chosen_service(wanted, told)
    await found(chosen, service)
    wanted.set(responder="https://h/v1")
    finding = asyncio.create_task(chosen.find())
    await eventually(lambda: len(service.known) == 2)
    service.say("options_failed", message="It does not answer.")
    with pytest.raises(ServiceStartError):
        await finding
    assert chosen.label == told[-1].label == "Local service: no account"
