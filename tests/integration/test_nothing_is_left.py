"""A service and its conversations end without leaving a task, thread, socket or process."""

import pytest

from navtalk_widget.local.server import LocalService
from navtalk_widget.testing import FaultProxy, Generation, ProxiedConnection, ScriptedClient
from tests.integration.viewer import Viewer

pytestmark = pytest.mark.usefixtures("no_leftovers")


@pytest.mark.parametrize("generation", ["v1", "v1-late", "v2", "v2-transitional"])
async def test_after_a_conversation(generation: Generation) -> None:
    async with (
        LocalService(port=0) as service,
        ScriptedClient(service.url, generation, ignore=["*"]) as client,
        Viewer() as viewer,
    ):
        await client.begin()
        await client.negotiate(viewer.answer)
        await viewer.sees()
        await client.ask("What is two plus three?")
        await client.expect("response.audio_transcript.done")


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_after_a_client_that_vanished_while_the_avatar_spoke(generation: Generation) -> None:
    async with (
        LocalService(port=0) as service,
        FaultProxy(service.url) as proxy,
        ScriptedClient(proxy.url, generation, ignore=["*"]) as client,
        Viewer() as viewer,
    ):
        await client.begin()
        await client.negotiate(viewer.answer)
        await viewer.sees()
        proxy.when("response.audio_transcript.delta", ProxiedConnection.reset)
        await client.ask("Please count to fifty.")
        assert await client.closed() == (1006, "")
        await viewer.loses_it()
