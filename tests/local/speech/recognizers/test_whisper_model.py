"""Finding and fetching Whisper's models, from a Hub on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")

from navtalk_widget.errors import ConfigurationError, ServiceUnreachable
from navtalk_widget.local.speech.recognizers.whisper import load_whisper
from navtalk_widget.local.speech.recognizers.whisper_model import download_whisper, model_on_this_machine
from tests.local.speech.hub import Hub
from tests.local.speech.tiny_whisper import make_tiny_whisper
from tests.support.waiting import eventually


@pytest.fixture
async def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    from huggingface_hub import constants

    async with Hub(make_tiny_whisper(tmp_path / "published")) as hub:
        _redirect(monkeypatch, hub.url)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        yield hub


def _redirect(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Do what HF_ENDPOINT does when the library is imported."""
    from huggingface_hub import constants

    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(constants.ENDPOINT, url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "ENDPOINT", url)


async def test_a_model_is_downloaded_once_and_loads(hub: Hub) -> None:
    told: list[tuple[str, float | None]] = []
    assert model_on_this_machine("base") is None
    folder = await download_whisper("base", lambda what, share: told.append((what, share)))
    load_whisper(folder)
    assert model_on_this_machine("base") == folder
    assert told[0] == ("Downloading the Whisper model base", None)
    shares = [share for _, share in told[1:] if share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any(0 < share < 1 for share in shares)


async def test_a_download_that_stalls_is_given_up(hub: Hub) -> None:
    hub.silent_after = 1_000
    with pytest.raises(ServiceUnreachable, match="does not come"):
        await download_whisper("base", lambda *_: None, stall_s=0.5)


async def test_a_download_that_is_cancelled_ends(hub: Hub) -> None:
    hub.silent_after = 1_000
    task = asyncio.create_task(download_whisper("base", lambda *_: None))
    await eventually(lambda: "model.bin" in hub.asked)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_model_that_nobody_published_is_an_error_in_words(hub: Hub) -> None:
    with pytest.raises(ServiceUnreachable, match="tiny cannot be downloaded"):
        await download_whisper("tiny", lambda *_: None)
    assert "Systran/faster-whisper-tiny" in hub.asked


async def test_without_a_network_it_is_clear_soon(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    _redirect(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(ServiceUnreachable, match="base cannot be downloaded"):
        await asyncio.wait_for(download_whisper("base", lambda *_: None), 10)


def test_the_folder_of_a_model_is_used_as_it_is(tmp_path: Path) -> None:
    folder = make_tiny_whisper(tmp_path / "mine")
    assert model_on_this_machine(str(folder)) == folder


@pytest.mark.parametrize("model", ["{folder}", "./no/such/folder", "gigantic"])
def test_what_is_no_model_is_an_error_in_words(tmp_path: Path, model: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no Whisper model"):
        model_on_this_machine(model.format(folder=tmp_path))
