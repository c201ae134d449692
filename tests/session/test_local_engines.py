"""What a session wants of the embedded service; the service is played by the test, for it is to take its time."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.client.registration import LocalWish, Registration
from navtalk_widget.engines import ChatEndpoint, Portrait
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.errors import ConfigurationError, MissingExtraError, NotConnectedError, ServiceStartError
from navtalk_widget.session import local_engines
from navtalk_widget.session.local_engines import LocalEngines
from navtalk_widget.session.own_character import own_character
from navtalk_widget.session.session import Session
from tests.support.waiting import eventually


class Service:
    """Takes registrations, and says what the test wants it to say of them."""

    def __init__(self) -> None:
        self.known: list[Registration] = []
        self.forgotten: list[Registration] = []

    def register(self, wish: LocalWish, progress: Progress) -> Registration:
        self.known.append(Registration(wish, progress))
        return self.known[-1]

    def knows(self, registration: Registration) -> bool:
        return registration in self.known and registration not in self.forgotten

    def forget(self, registration: Registration) -> None:
        self.forgotten.append(registration)

    def say(self, type: str, **fields: Any) -> None:
        self.known[-1].take({"type": type, **fields})

    def ready(self, *, foreign: str = "", note: str | None = None, **sends_to: str) -> None:
        names = {"responder": "gpt-4o-mini", "recognizer": "PocketSphinx", "synthesizer": "eSpeak NG"}
        told = [
            {"part": part, "name": name, "sends_to": sends_to.get(part), "is_ours": part != foreign, "note": note}
            for part, name in names.items()
        ]
        self.say("options_ready", engines=told)

    @property
    def itself(self) -> EmbeddedService:
        return cast(EmbeddedService, self)


def engines(character: Any = None, **settings: Any) -> LocalEngines:
    return LocalEngines(
        local=True,
        character=own_character("navtalk.Leo" if character is None else character),
        model="",
        settings=settings,
    )


async def registered(wanted: LocalEngines, service: Service, progress: Progress = lambda what, share: None) -> Any:
    registering = asyncio.create_task(wanted.registered(service.itself, progress))
    await asyncio.sleep(0)
    await eventually(lambda: service.known or registering.done())
    return registering


# ── readiness ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_progress_is_passed_on_until_the_engines_are_ready() -> None:
    service, told = Service(), []
    registering = await registered(engines(), service, lambda *news: told.append(news))
    await asyncio.to_thread(service.say, "progress", what="Downloading", share=0.25)
    await asyncio.to_thread(service.say, "progress", what="Loading", share=None)
    await asyncio.to_thread(service.ready)
    assert (await registering).get_secret_value() == service.known[0].id
    assert told == [("Downloading", 0.25), ("Loading", None)]


async def test_a_long_download_is_waited_for_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_engines, "SILENCE_LIMIT", 2.0)
    service = Service()
    registering = await registered(engines(), service)
    for step in range(5):  # more than the limit in all
        service.say("progress", what="Downloading", share=step / 5)
        await asyncio.sleep(0.5)
        assert not registering.done()
    service.ready()
    await registering


async def test_engines_that_say_nothing_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_engines, "SILENCE_LIMIT", 0.05)
    service = Service()
    with pytest.raises(ServiceStartError, match="do not get ready"):
        await (await registered(engines(), service))
    assert service.forgotten == service.known


async def test_a_failure_arrives_as_the_error_that_it_was() -> None:
    service = Service()
    registering = await registered(engines(), service)
    service.say("options_failed", code="missing_extra", message="It is not installed.", hint="Install it.")
    with pytest.raises(MissingExtraError, match=r"It is not installed\. Install it\."):
        await registering


async def test_what_was_registered_is_not_registered_again_unless_something_changed() -> None:
    service, wanted = Service(), engines()
    first = await registered(wanted, service)
    service.ready()
    await first
    assert await wanted.registered(service.itself, lambda what, share: None) == first.result()
    wanted.set(interruption_ms=0)
    second = asyncio.create_task(wanted.registered(service.itself, lambda what, share: None))
    await eventually(lambda: len(service.known) == 2)
    service.ready()
    assert await second != first.result()
    assert service.forgotten == service.known[:1]
    await wanted.release()
    assert service.forgotten == service.known


async def test_who_does_not_wait_any_more_wants_nothing_any_more() -> None:
    service = Service()
    registering = await registered(engines(), service)
    registering.cancel()
    await asyncio.wait([registering])
    assert service.forgotten == service.known


async def test_a_session_that_is_closed_waits_for_no_download() -> None:
    service, wanted = Service(), engines()
    registering = await registered(wanted, service)
    await asyncio.wait_for(wanted.release(), 5)
    assert isinstance(registering.exception(), NotConnectedError)
    assert service.forgotten == service.known
    service.ready()  # too late, and harmless


# ── where words go ───────────────────────────────────────────────────────────────────────────────────────────


def hear(samples: object, language: str) -> str:
    return ""


def think(messages: object, tools: object) -> str:
    return ""


@pytest.mark.parametrize(
    ("settings", "sends_to", "label"),
    [
        ({}, {}, "Local service: no account, nothing leaves this machine"),
        ({}, {"responder": "api.openai.com"}, "Local service; your words go to api.openai.com (gpt-4o-mini)"),
        (
            {},
            {"responder": "h", "recognizer": "h", "synthesizer": "other"},
            "Local service; your words and your voice go to h (gpt-4o-mini), its words go to other",
        ),
        ({"recognizer": hear}, {}, "Local service; your voice goes to hear()"),
        ({"responder": think}, {}, "Local service; your words go to think()"),
        (
            {"responder": think, "recognizer": think},
            {},
            "Local service; your words and your voice go to think()",
        ),
        ({}, {"foreign": "responder"}, "Local service; your words go to gpt-4o-mini"),
        ({}, {"foreign": "recognizer"}, "Local service; your voice goes to PocketSphinx"),
    ],
)
async def test_the_label_tells_where_words_go(settings: Any, sends_to: dict[str, str], label: str) -> None:
    service, wanted = Service(), engines(**settings)
    assert wanted.label == "Local service: no account", "nobody knows yet"
    registering = await registered(wanted, service)
    service.ready(**sends_to)
    await registering
    assert wanted.label == label


async def test_on_a_hub_the_machine_is_not_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    service, wanted = Service(), engines()
    registering = await registered(wanted, service)
    service.ready()
    await registering
    assert wanted.label == "Local service: no account, nothing leaves the hub"


async def test_while_other_engines_are_made_ready_nobody_knows_where_words_will_go() -> None:
    service, wanted = Service(), engines()
    registering = await registered(wanted, service)
    service.ready()
    await registering
    wanted.set(responder="https://h/v1")
    again = asyncio.create_task(wanted.registered(service.itself, lambda what, share: None))
    await eventually(lambda: len(service.known) == 2)
    assert wanted.label == "Local service: no account"
    service.ready(responder="h")
    await again
    assert wanted.label == "Local service; your words go to h (gpt-4o-mini)"


# ── what may be chosen ───────────────────────────────────────────────────────────────────────────────────────


def test_only_the_embedded_service_can_be_told() -> None:
    for settings in ({"responder": "builtin"}, {"half_duplex": True}, {"character": np.zeros((9, 9, 3), np.uint8)}):
        with pytest.raises(ConfigurationError, match="Only the embedded service") as caught:
            Session(service="ws://127.0.0.1:9", **settings)
        assert "service='local'" in caught.value.hint


def test_a_model_is_the_chat_services() -> None:
    session = Session(service="local", responder="https://h/v1", model="qwen3")
    wish = session._engines._wish({"responder": session.responder})
    assert wish.options.responder == ChatEndpoint(url="https://h/v1", model="qwen3")


def test_engines_are_changed_with_the_other_settings_or_by_themselves() -> None:
    session = Session(service="local", responder=think)
    assert session.responder == think
    session.update(responder="builtin", instructions="Be brief.")
    assert [session.responder, session.config.instructions] == ["builtin", "Be brief."]
    with pytest.raises(ConfigurationError, match="nonsense"):
        session.update(responder="nonsense")
    with pytest.raises(ConfigurationError, match="video_size"):
        session.update(responder=think, video_size=(1, 1), instructions="Never.")
    assert [session.responder, session.config.instructions] == ["builtin", "Be brief."], "all or nothing"
    session.responder = None
    assert session.responder is None


# ── characters of one's own ──────────────────────────────────────────────────────────────────────────────────


def photo() -> Image.Image:
    return Image.new("RGB", (90, 120), "tan")


@pytest.mark.parametrize(
    "given",
    [photo, lambda: np.asarray(photo()), lambda: Portrait(photo(), left_eye=(30, 40), right_eye=(60, 40), name="Ann")],
    ids=["Pillow", "numpy", "Portrait"],
)
async def test_a_picture_is_written_where_only_the_user_can_read_it_and_removed(given: Callable[[], Any]) -> None:
    service, wanted = Service(), engines(given())
    registering = await registered(wanted, service)
    service.ready()
    await registering
    folder = service.known[0].wish.options.character
    assert folder is not None
    own = own_character(folder)
    assert own is not None
    path = await own.write()
    assert (path / "character.json").is_file()
    assert path.stat().st_mode & 0o077 == 0
    assert service.known[0].wish.lent_folder == folder
    shutil.rmtree(path)  # as a service does that ends
    service.forget(service.known[0])
    again = asyncio.create_task(wanted.registered(service.itself, lambda what, share: None))
    await eventually(lambda: len(service.known) == 2)
    service.ready()
    await again
    path = Path(str(service.known[1].wish.lent_folder))
    assert (path / "portrait.png").is_file()
    await wanted.release()
    assert not path.exists()


async def test_a_folder_is_used_where_it_is_with_its_name_and_voice(tmp_path: Any) -> None:
    (tmp_path / "character.json").write_text('{"name": "Ann", "voice": "sage"}')
    session = Session(service="local", character=str(tmp_path))
    assert session.avatar.character == "Ann"
    assert session.config.voice == "sage"
    service = Service()
    registering = await registered(session._engines, service)
    service.ready()
    await registering
    assert service.known[0].wish.options.character == str(tmp_path)
    assert service.known[0].wish.lent_folder is None, "it is the user's own"
    await session.close()
    assert (tmp_path / "character.json").exists()


@pytest.mark.parametrize("path", ["./absent", "~/absent/folder", "somewhere/absent.png", "absent.jpg"])
def test_a_path_that_is_not_there_is_told(path: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no character at"):
        Session(service="local", character=path)
