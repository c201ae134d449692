import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.client.endpoint import AvatarChoice
from navtalk_widget.client.registration import LocalWish
from navtalk_widget.client.sockets import MainSocket
from navtalk_widget.errors import MissingExtraError, ServiceStartError


def eventually_true(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


@pytest.fixture
def service() -> Iterator[EmbeddedService]:
    service = EmbeddedService()
    yield service
    service.stop()


async def test_it_starts_once_and_ends(service: EmbeddedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVTALK_LICENSE", "sk_navtalk_canary")
    endpoint = service.start("v1")
    assert service.start("v1") == endpoint
    assert service.start("v2").main_address == endpoint.main_address.replace("api/realtime-api", "wss/v2/realtime-chat")
    assert service.pid is not None
    process = psutil.Process(service.pid)
    seen = [*process.cmdline(), *process.environ().values()]
    assert not [each for each in seen if "canary" in each or endpoint.license.get_secret_value() in each]
    socket = await MainSocket.open(endpoint, AvatarChoice("navtalk.Leo"))
    await socket.close()
    service.stop()
    assert not process.is_running()
    assert service.pid is None


def test_it_is_started_again_when_it_has_died(service: EmbeddedService) -> None:
    service.start("v1")
    assert service.pid is not None
    process = psutil.Process(service.pid)
    process.kill()
    psutil.wait_procs([process], timeout=10)
    service.start("v1")
    assert service.pid not in (None, process.pid)


def test_a_key_that_a_later_cell_sets_counts_once_nobody_talks(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start("v1")
    first = service.pid
    registration = service.register(LocalWish(), lambda what, share: None)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    service.start("v1")
    assert service.pid == first, "a conversation goes on"
    service.forget(registration)
    service.start("v1")
    assert service.pid not in (None, first)
    assert psutil.Process(service.pid).environ()["OPENAI_API_KEY"] == "sk-canary"
    assert "canary" not in repr(vars(service._running))


def test_an_interpreter_that_cannot_be_run_is_told_in_words(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", os.devnull)
    with pytest.raises(ServiceStartError, match="cannot be started"):
        service.start("v1")


def test_missing_packages_are_told_with_the_way_to_get_them(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A module of that name that cannot be imported stands in the way of the installed one.
    folder = tmp_path_factory.mktemp("broken")
    (folder / "pocketsphinx.py").write_text("raise ImportError('not installed', name='pocketsphinx')")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with pytest.raises(MissingExtraError, match="pocketsphinx") as caught:
        service.start("v1")
    assert "pip install 'navtalk-widget[local]'" in caught.value.hint


def test_a_process_that_says_nonsense_is_told_with_its_last_words(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("nonsense")
    (folder / "aiortc.py").write_text("import os; os.write(2, b'it is \\xff broken\\n'); os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with pytest.raises(ServiceStartError, match="broken"):
        service.start("v1")


def test_a_process_that_has_closed_its_pipe_counts_as_ended(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "python"
    script.write_text("""#!/bin/sh
echo '{"type": "ready", "host": "127.0.0.1", "port": 9}'
exec sleep 60 >&- 2>&-
""")
    script.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(script))
    service.start("v1")
    running = service._running
    assert running is not None
    assert eventually_true(lambda: service.pid is None), "nobody can talk with it any more"
    with pytest.raises(ServiceStartError, match="has ended"):
        running.register(LocalWish(), lambda what, share: None).ready.result(5)
    running.process.kill()
