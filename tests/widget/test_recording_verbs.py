"""Recording with the widget: who is asked, and what code in a cell sees."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from navtalk_widget import Avatar
from navtalk_widget.audio.pcm import to_bytes
from navtalk_widget.errors import ConfigurationError, PageError
from navtalk_widget.testing import ScriptedService
from tests.recording.sounds import clicks, onsets_ms
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually


@pytest.fixture
async def avatar(service: ScriptedService) -> AsyncIterator[Avatar]:
    avatar = Avatar(service=service.url, license="sk_navtalk_canary")
    yield avatar
    avatar.close()


async def invitation(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the widget sends to a page that is ready."""
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(avatar, "send", sent.append)
    avatar._handle_custom_msg({"type": "ready", "origin": ORIGIN}, [])
    await eventually(lambda: sent)
    return sent[0]


async def test_the_person_is_asked_on_the_page_and_can_end_the_recording_there(
    avatar: Avatar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with page_at(await invitation(avatar, monkeypatch)) as page:
        starting = avatar.start_recording(tmp_path / "talk.wav")
        await page.expect("recording", state="asked")
        assert avatar.recording is None
        assert not (tmp_path / "talk.wav").exists()
        await page.send({"type": "may_record", "agreed": True})
        recording = await starting
        await page.expect("recording", state="on")
        assert avatar.recording is recording
        await page.send({"type": "stop_recording"})
        await page.expect("recording", state="off")
        await eventually(lambda: avatar.recording is None and not recording.active)


async def test_who_does_not_agree_is_not_recorded(
    avatar: Avatar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with page_at(await invitation(avatar, monkeypatch)) as page:
        starting = avatar.start_recording(tmp_path / "talk.wav")
        await page.expect("recording", state="asked")
        await page.send({"type": "may_record", "agreed": False})
        with pytest.raises(PageError, match="does not want to be recorded"):
            await starting
    with pytest.raises(ConfigurationError, match="consent=True"):
        await avatar.start_recording(tmp_path / "talk.wav", consent=False)
    assert not (tmp_path / "talk.wav").exists()


async def test_nobody_is_asked_in_vain(avatar: Avatar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with page_at(await invitation(avatar, monkeypatch)) as page:
        for path, words in {
            "talk.mp3": r"\.mp3",
            "nowhere/talk.wav": "no such folder",
            "talk.mp4": "to the page only",  # by this service
        }.items():
            with pytest.raises(ConfigurationError, match=words):
                await avatar.start_recording(tmp_path / path)
        await avatar.start_recording(tmp_path / "talk.wav", consent=True)
        await page.expect("recording", state="on")
        with pytest.raises(ConfigurationError, match=r"talk\.wav is being recorded already"):
            await avatar.start_recording(tmp_path / "second.wav")
        await avatar.stop_recording()
        assert "asked" not in {message.get("state") for message in page.seen}


async def test_a_cell_records_with_a_plain_with(service: ScriptedService, avatar: Avatar, tmp_path: Path) -> None:
    def cell() -> None:
        with avatar.start_recording(tmp_path / "talk.wav", consent=True).result(10) as recording:
            avatar.ask("Who are you?").result(10)
        assert not recording.active
        assert recording.duration_s > 0

    running = asyncio.create_task(asyncio.to_thread(cell))
    await service.expect("response.create")
    await service.answer("I am Leo.", to_bytes(clicks([0, 300], 600)))
    await running
    assert avatar.recording is None
    turn = avatar.transcript.last("avatar")
    assert turn is not None
    assert turn.recorded is not None
    assert onsets_ms(turn.audio())[:1] == pytest.approx([0], abs=2)


async def test_the_recording_ends_with_the_conversation(avatar: Avatar, tmp_path: Path) -> None:
    recording = await avatar.start_recording(tmp_path / "talk.wav", consent=True)
    await avatar.disconnect()
    assert not recording.active
    assert await avatar.stop_recording() is None
