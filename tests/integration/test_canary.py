"""A licence and a gateway token that are easy to find are in nothing that is written, shown or sent.

The one place for the licence is the address of the service, the one place for the token the way to the page.
"""

import asyncio
import copy
import io
import json
import logging
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from ipywidgets.embed import embed_minimal_html
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from navtalk_widget import Avatar, Session
from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.client.endpoint import LICENSE_VARIABLE, AvatarChoice, choose_service
from navtalk_widget.engines.choices import ChatEndpoint
from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.protocol import v1, v2
from navtalk_widget.session.connection import link, reconnection
from navtalk_widget.testing import FaultProxy, ScriptedService
from tests.integration.canary import LICENSE, SONG, UNHEARD, Log, processes, search, told
from tests.integration.failing_services import FAILURES, QUOTED, error_event
from tests.integration.fault_stage import ProtocolName
from tests.support.local_service import local_service
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually

PATHS = {"v1": v1.MAIN_PATHS[0], "v2": v2.MAIN_PATHS[0]}


@pytest.fixture(autouse=True)
async def log() -> AsyncIterator[Log]:
    log, root, loop = Log(), logging.getLogger(), asyncio.get_running_loop()
    handler = logging.NullHandler(logging.DEBUG)
    handler.handle = log.note  # type: ignore[method-assign]
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    UNHEARD.disabled = True
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0  # whatever runs is told with its arguments
    yield log
    loop.set_debug(False)
    root.setLevel(level)
    root.removeHandler(handler)
    search(log=log.lines)


@pytest.fixture(params=["v1", "v2"])
def protocol(request: pytest.FixtureRequest) -> ProtocolName:
    protocol: ProtocolName = request.param
    return protocol


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (0.01, 0.02))


def a_session(url: str, protocol: ProtocolName) -> Session:
    return Session(service=url, protocol=protocol, license=LICENSE)


async def failure(session: Session) -> NavTalkError:
    """Why the session does not connect; nothing here knows the licence."""
    try:
        await session.connect()
    except NavTalkError as error:
        return error
    finally:
        await session.close()
    raise AssertionError("it has connected")


# ── a conversation ───────────────────────────────────────────────────────────────────────────────────────────


async def test_nothing_of_a_conversation_shows_the_licence(protocol: ProtocolName, log: Log) -> None:
    with local_service(LICENSE) as url:
        async with a_session(url, protocol) as session:
            news: list[object] = []
            session.on("*", news.append)
            signalling = await session.open_signalling()
            await asyncio.wait_for(anext(signalling.signals()), 60)
            reply = await session.ask("What is two plus three?")
            search(
                news=news,
                reply=reply,
                ice_servers=(await session.ice_servers(), "and that is all"),
                report=str(session.protocol_report()) + repr(session.protocol_report()),
                settings=session.effective_settings,
                transcript=session.transcript.to_jsonl() + session.transcript.text() + repr(session.transcript),
                table=session.transcript.to_pandas().to_json(date_format="iso"),
                html=session.transcript._repr_html_(),
                children=processes(),
            )
            search(**{name: repr(value) + str(value) for name, value in vars(session).items()})
            search(**{f"link.{name}": repr(value) for name, value in vars(session._link).items()})
            await signalling.close()
    assert {"navtalk_widget", "asyncio"} <= log.loggers
    assert any("license=***" in line for line in log.lines), "the address was logged"


async def test_nothing_of_the_page_shows_the_licence_or_the_token(protocol: ProtocolName, log: Log) -> None:
    async with ScriptedService(protocol, ignore=["*"]) as service:
        avatar = Avatar(service=service.url, protocol=protocol, license=LICENSE)
        told_page: list[object] = []
        gateway = Gateway(a_session(service.url, protocol), greet=False)
        await gateway.open()
        try:
            avatar.send = lambda content, buffers=None: told_page.append(content)
            invitation = gateway.invite(ORIGIN)
            async with page_at(invitation) as page:
                await page.send({"type": "start"})
                await page.expect("owner", owner=True)
                await service.answer("Hello!")
                await page.expect("turns", reset=False)
                service.cut()
                await page.expect("state", status="reconnecting")
                await page.expect("state", status="listening")
                search(page=page.seen)
            avatar._handle_custom_msg({"type": "ready", "origin": ORIGIN}, [])
            await eventually(lambda: told_page)
            await avatar.connect()
            document = io.StringIO()
            embed_minimal_html(document, views=[avatar])
            shown = {
                "state": json.dumps(avatar.get_state(), default=str),
                "document": document.getvalue(),
                "bundle": repr(avatar._repr_mimebundle_()),
                "repr": repr(avatar) + str(avatar),
                "service_label": avatar.service_label,
            }
            search(comm=told_page, **shown)
            kernel_log = "\n".join(line for line in log.lines if not line.startswith("websockets.client:"))  # the page
            tokens = [invitation["token"], *(each["token"] for each in told_page if isinstance(each, dict))]
            for token in tokens:
                for place, text in {**shown, "page": repr(page.seen), "log": kernel_log}.items():
                    assert token[:12] not in text, f"the gateway's token is in the {place}"
        finally:
            avatar.close()
            await gateway._session.close()
            await gateway.close()


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", FAILURES)
async def test_no_failure_to_connect_shows_the_licence(
    protocol: ProtocolName, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.client.sockets.OPEN_TIMEOUT", 0.3)
    monkeypatch.setattr(link, "CONFIGURE_TIMEOUT", 0.3)
    async with FAILURES[why]() as url:
        session = a_session(url, protocol)
        statuses: list[object] = []
        session.on("status", statuses.append)
        error = await failure(session)
    search(error=told(error), dictionary=error.as_dict(), status=statuses, report=repr(session.protocol_report()))


async def test_no_loss_of_a_connection_shows_the_licence(protocol: ProtocolName) -> None:
    async with ScriptedService(protocol, ignore=["*"]) as service, FaultProxy(service.url) as proxy:
        session = a_session(proxy.url, protocol)
        news: list[object] = []
        session.on("*", news.append)
        await session.connect()
        await service.send({"type": "strange.event", "said": QUOTED}, {"type": "strange", "data": {"of": QUOTED}})
        await service.send(error_event("odd"), f'{{"type": "response.audio.delta", "delta": "{QUOTED}"}}', QUOTED)
        await eventually(lambda: session.protocol_report().broken_messages)
        proxy.refuse()
        proxy.reset()
        await eventually(lambda: session.status == "failed")
        assert session.error is not None
        search(error=told(session.error), news=news, report=repr(session.protocol_report()))
        search(again=told(await failure(session)))


# ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_object_shows_the_licence_or_lets_itself_be_stored(protocol: ProtocolName) -> None:
    session = a_session("ws://127.0.0.1:9", protocol)
    endpoint = session.service.endpoint()
    choice = choose_service("v1" if protocol == "v1" else "v2", license=LICENSE)
    for thing in (session, session.service, endpoint, choice, choice.endpoint(), session._new_link()):
        search(thing=repr(thing) + str(thing) + f"{thing}")
        with pytest.raises(TypeError) as caught:
            pickle.dumps(thing)
        search(refusal=told(caught.value))
        with suppress(TypeError):
            search(copy=repr(copy.copy(thing)))
    search(choice=repr(AvatarChoice("navtalk.Leo")), label=choice.label)


def test_the_widget_does_not_let_itself_be_stored() -> None:
    avatar = Avatar(service="ws://127.0.0.1:9", license=LICENSE)
    try:
        stored = b"it cannot be stored"
        with suppress(Exception):
            stored = pickle.dumps(avatar)
        search(stored=stored)
    finally:
        avatar.close()


# ── the key of an engine ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedService]:
    """The embedded service of a process that has the licence in its environment."""
    service = EmbeddedService()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(LICENSE_VARIABLE, LICENSE)
        service.start("v1")
    yield service
    service.stop()


async def test_a_key_in_a_choice_goes_to_the_service_and_is_shown_nowhere(
    embedded: EmbeddedService, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.chosen_service.embedded_service", lambda: embedded)
    # Nobody listens at the discard port, so that the service fails with the key in hand.
    mind = ChatEndpoint(url="http://127.0.0.1:9/v1", model="m", api_key=SecretStr(LICENSE))
    session = Session(service="local", responder=mind, recognizer="pocketsphinx", synthesizer="espeak")
    try:
        news: list[object] = []
        session.on("*", news.append)
        session.update(responder=mind, instructions="Be brief.")
        error = await failure(session)
        assert "127.0.0.1:9" in str(error)
        search(
            error=told(error),
            news=news,
            choice=repr(mind) + str(mind) + mind.model_dump_json(),
            options=repr(session._engines._wish(session._engines._settings)),
            children=processes(),
            process=repr(vars(embedded)) + repr(vars(embedded._running)),
            label=session.service_label,
        )
        search(**{name: repr(value) + str(value) for name, value in vars(session).items()})
        session.responder = "builtin"
        await session.connect()
        assert session._endpoint is not None
        search(endpoint=repr(session._endpoint), url=session._endpoint.main_url(session.avatar))
    finally:
        await session.close()
    assert any("embedded service" in line for line in log.lines), "its log was heard"
    assert any("options=***" in line for line in log.lines), "the address was logged"


@pytest.mark.parametrize("wrong", [{"video_size": (1, 1)}, {"recognizer": "nonsense"}, {"synthesizer": 3}])
def test_a_setting_that_is_wrong_does_not_show_the_key_beside_it(wrong: dict[str, object]) -> None:
    mind = ChatEndpoint(api_key=SecretStr(LICENSE))
    with pytest.raises(ConfigurationError) as caught:
        Session(service="local", responder=mind, **wrong)  # type: ignore[arg-type]
    search(error=told(caught.value))
    with pytest.raises(ConfigurationError) as caught:
        Session(service="local", recognizer=mind)
    search(error=told(caught.value))


def test_no_widget_syncs_the_key() -> None:
    avatar = Avatar(service="local", responder=ChatEndpoint(url="http://127.0.0.1:9/v1", api_key=SecretStr(LICENSE)))
    try:
        search(state=repr(avatar.get_state()), shown=repr(avatar))
    finally:
        avatar.close()


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_embedded_services_process_knows_neither_licence_nor_key(embedded: EmbeddedService) -> None:
    endpoint = embedded.start("v1")
    shown = processes()
    search(shown=shown, process=repr(vars(embedded)))
    assert "navtalk_widget.local" in shown
    assert endpoint.license.get_secret_value()
    assert endpoint.license.get_secret_value() not in shown


@pytest.fixture
def talkative_service() -> Iterator[tuple[str, Callable[[], str]]]:
    """A service that logs all it can; its address, and how to end it and read its log."""
    process = subprocess.Popen(
        [sys.executable, "-m", "navtalk_widget.local", "--with-parent", "--port", "0", "--log-level", "debug"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"license": LICENSE}) + "\n")
    process.stdin.flush()
    ready = json.loads(process.stdout.readline())
    written = ""

    def end() -> str:
        nonlocal written
        if not written:
            written = process.communicate(timeout=60)[1]
        return written

    yield f"ws://{ready['host']}:{ready['port']}", end
    end()


async def test_the_services_own_log_shows_no_licence(talkative_service: tuple[str, Callable[[], str]]) -> None:
    url, end = talkative_service
    port = int(url.rpartition(":")[2])
    for protocol in ("v1", "v2"):
        async with a_session(url, protocol) as session:
            signalling = await session.open_signalling()
            await asyncio.wait_for(anext(signalling.signals()), 60)
            await session.ask("What is two plus three?")
            await signalling.close()
        for query in (f"license=wrong_{SONG}", f"userId={SONG}", SONG, f"license={SONG}&name={SONG}&avatarId={SONG}"):
            with suppress(WebSocketException):
                async with connect(f"{url}{PATHS[protocol]}?{query}", proxy=None, logger=UNHEARD) as socket:
                    with suppress(WebSocketException):
                        await socket.send(SONG)
                        await socket.send(json.dumps({"type": SONG, "data": {"license": SONG}}))
                        await socket.recv()
    for request in (
        f"GET /api/realtime-api?license={SONG} HTTP/9.9\r\n\r\n",
        f"GET /api/realtime-api?license={SONG}\r\n\r\n",
        f"GET /{SONG} HTTP/1.1\r\nHost: {SONG}\r\n\r\n",
        f"GET /api/chat/sessions?apikey={SONG} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        f"POST /api/realtime_function_call?license={SONG} HTTP/1.1\r\nHost: localhost\r\nlicense: {SONG}\r\n"
        f"Authorization: Bearer {SONG}\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{{}}}}",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode())
        writer.write_eof()
        with suppress(OSError):
            await asyncio.wait_for(reader.read(), 60)
        writer.close()
    written = await asyncio.to_thread(end)
    assert "conversation" in written, "it logs"
    search(written=written)


async def test_a_service_can_be_given_its_licence_without_showing_it_to_everybody(tmp_path: Path) -> None:
    keys = tmp_path / "licences"
    keys.write_text(f"{LICENSE}\n")
    command = ["-m", "navtalk_widget.cli", "serve", "--port", "0", "--license-file", str(keys)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        written = b""
        while b"a licence is required" not in written:
            line = await asyncio.wait_for(process.stderr.readline(), 120)
            assert line, written
            written += line
        search(shown=processes(), written=written)
    finally:
        process.terminate()
        await process.communicate()
