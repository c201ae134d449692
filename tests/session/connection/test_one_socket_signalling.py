import asyncio

import pytest

from navtalk_widget.errors import NotConnectedError
from navtalk_widget.protocol.signalling import Answer, IceCandidate, Offer, SessionDescription, Signal
from navtalk_widget.session.connection.one_socket_signalling import WAITING_SIGNALS, OneSocketSignalling

OFFER = Offer(sdp=SessionDescription(type="offer", sdp="v=0"))
ANSWER = Answer(sdp=SessionDescription(type="answer", sdp="v=0"))


async def test_an_offer_waits_for_the_page_that_takes_it() -> None:
    sent: list[Signal] = []
    signalling = OneSocketSignalling(sent.append)
    signalling.put(OFFER)
    signals = signalling.signals()
    assert await anext(signals) is OFFER
    await signalling.send(ANSWER)
    assert sent == [ANSWER]


async def test_who_waits_for_a_signal_gets_it_and_the_end() -> None:
    signalling = OneSocketSignalling(lambda signal: None)
    heard: list[object] = []

    async def listen() -> None:
        async for signal in signalling.signals():
            heard.append(signal)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    signalling.put(OFFER)
    await asyncio.sleep(0)
    await signalling.close()
    await asyncio.wait_for(listening, 10)
    assert heard == [OFFER]


async def test_nothing_can_be_sent_after_the_end() -> None:
    signalling = OneSocketSignalling(lambda signal: None)
    await signalling.close()
    with pytest.raises(NotConnectedError):
        await signalling.send(ANSWER)


async def test_what_nobody_reads_is_bounded() -> None:
    signalling = OneSocketSignalling(lambda signal: None)
    for number in range(WAITING_SIGNALS + 10):
        signalling.put(IceCandidate(candidate={"candidate": str(number)}))
    signals = signalling.signals()
    first = await anext(signals)
    assert isinstance(first, IceCandidate)
    assert first.candidate == {"candidate": "10"}
