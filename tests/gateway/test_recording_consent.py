"""Asking the person on the page, and telling pages that somebody records."""

import asyncio
import threading
from pathlib import Path

import pytest

from navtalk_widget.errors import PageError
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.recording.wav_file import WavFile
from navtalk_widget.session.session import Session
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually


@pytest.mark.parametrize("agreed", [True, False])
async def test_the_person_is_asked_and_their_word_counts(gateway: Gateway, agreed: bool) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        asking = asyncio.create_task(gateway.consent.ask())
        await page.expect("recording", state="asked")
        await page.send({"type": "may_record", "agreed": agreed})
        await page.expect("recording", state="off")
        if agreed:
            await asking
        else:
            with pytest.raises(PageError, match="does not want to be recorded"):
                await asking


async def test_the_first_answer_of_several_pages_counts(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as one, page_at(gateway.invite(ORIGIN)) as other:
        asking = asyncio.create_task(gateway.consent.ask())
        for page in (one, other):
            await page.expect("recording", state="asked")
        async with page_at(gateway.invite(ORIGIN)) as late:
            await late.expect("recording", state="asked")
        await other.send({"type": "may_record", "agreed": True})
        await one.expect("recording", state="off")
        await asking


async def test_without_a_page_nobody_can_be_asked(gateway: Gateway) -> None:
    with pytest.raises(PageError, match=r"shown nowhere.*consent=True"):
        await gateway.consent.ask()


async def test_who_does_not_answer_has_not_agreed(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.gateway.recording_consent.ANSWER_TIMEOUT", 0.2)
    async with page_at(gateway.invite(ORIGIN)) as page:
        with pytest.raises(PageError, match="Nobody has said"):
            await gateway.consent.ask()
        await page.expect("recording", state="asked")
        await page.expect("recording", state="off")
        await page.send({"type": "may_record", "agreed": True})  # too late, and harmless


async def test_who_asks_while_somebody_asks_waits_for_the_same_word(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first, second = (asyncio.create_task(gateway.consent.ask()) for _ in range(2))
        await page.expect("recording", state="asked")
        first.cancel()
        await asyncio.wait({first})
        async with page_at(gateway.invite(ORIGIN)) as late:
            await late.expect("recording", state="asked")
        await page.send({"type": "may_record", "agreed": True})
        await second


async def test_when_the_widget_ends_nobody_waits_for_an_answer_any_more(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        asking = asyncio.create_task(gateway.consent.ask())
        await page.expect("recording", state="asked")
        await gateway.close()
        with pytest.raises(PageError, match="closed before anybody agreed"):
            await asking


async def test_a_page_is_served_while_its_disk_is_slow_to_finish_what_it_ended(
    gateway: Gateway, session: Session, tmp_path: Path
) -> None:
    disk = threading.Event()

    class SlowFile(WavFile):
        def close(self) -> None:
            disk.wait(30)
            super().close()

    recording = session._recorder.begin(tmp_path / "talk.wav", SlowFile(tmp_path / "talk.wav"))
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "stop_recording"})
        await page.expect("recording", state="off")
        await page.send({"type": "set_trait", "id": 1, "name": "nothing", "value": 1})
        await page.expect("error")
        ending = recording.stop()
        assert not ending.done()
        disk.set()
        await asyncio.wrap_future(ending)


async def test_pages_see_that_it_is_recorded_and_the_person_can_end_it(
    gateway: Gateway, session: Session, tmp_path: Path
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        recording = session.start_recording(tmp_path / "talk.wav", consent=True)
        told = await page.expect("recording", state="on")
        assert told["started_at"] == pytest.approx(recording.started_at.timestamp())
        async with page_at(gateway.invite(ORIGIN)) as late:
            await late.expect("recording", state="on")
        await page.send({"type": "stop_recording"})
        await page.expect("recording", state="off")
        await eventually(lambda: session.recording is None and not recording.active)
