from __future__ import annotations

from typing import Literal

import pytest

from navtalk_widget.engines.choices import Builtin, LocalOptions
from navtalk_widget.local.server import LocalService
from tests.local.avatar_viewer import viewing
from tests.local.second_generation import chatting_with


@pytest.mark.parametrize(("codec", "name"), [("vp8", "video/VP8"), ("h264", "video/H264")])
async def test_a_conversation_is_seen_in_the_size_and_by_the_codec_that_were_chosen(
    codec: Literal["vp8", "h264"], name: str
) -> None:
    options = LocalOptions(responder=Builtin(), video_size=(480, 600), video_codec=codec)
    async with (
        LocalService(port=0, options=options) as service,
        chatting_with(service, "license=sk_1&name=navtalk.TestCard") as client,
        viewing(client) as viewer,
    ):
        await viewer.accept()
        await viewer.sees(10)
        assert viewer.size == (480, 600)
        assert viewer.codecs[0] == name


async def test_the_test_card_beeps_in_a_conversation() -> None:
    async with (
        LocalService(port=0, options=LocalOptions(responder=Builtin())) as service,
        chatting_with(service, "license=sk_1&name=navtalk.TestCard") as client,
        viewing(client) as viewer,
    ):
        await viewer.accept()
        await viewer.hears_voice()
        await viewer.sees(10)
        assert viewer.size == (320, 400)
