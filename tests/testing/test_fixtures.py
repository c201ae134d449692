import subprocess
import sys
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from navtalk_widget import Session
from navtalk_widget.testing import FaultProxy, ScriptedClient, ScriptedService, WavMicrophone

PLUGIN = 'pytest_plugins = ["navtalk_widget.testing.fixtures"]'


async def test_they_make_a_whole_network(
    no_leftovers: None,
    scripted_service: Callable[..., Awaitable[ScriptedService]],
    fault_proxy: Callable[[str], Awaitable[FaultProxy]],
    scripted_client: Callable[..., Awaitable[ScriptedClient]],
    wav_microphone: Callable[..., Awaitable[WavMicrophone]],
) -> None:
    service = await scripted_service("v2", ignore=["input_audio_buffer.append"])
    proxy = await fault_proxy(service.url)
    client = await scripted_client(proxy.url, "v2")
    await client.begin()
    microphone = await wav_microphone(client.append_audio)
    await microphone.play(np.zeros(480, dtype=np.int16))
    await service.expect("input_audio_buffer.append")


async def test_a_session_leaves_nothing(
    no_leftovers: None, scripted_service: Callable[..., Awaitable[ScriptedService]]
) -> None:
    service = await scripted_service(ignore=["conversation.item.create"])
    async with Session(service=service.url) as session:
        session.send_text("hello")
        await service.expect("response.create")


def test_without_the_fixtures_the_kit_needs_no_test_framework() -> None:
    program = "import sys, navtalk_widget.testing; print(*{'pytest', 'psutil', 'aiortc'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def outcome(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    """Run a test as somebody else's suite does: with the fixtures, and without our settings."""
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile(f"import asyncio, json, pytest\nfrom websockets.asyncio.client import connect\n\n{test}")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider")


def test_a_surprised_service_fails_the_test(pytester: pytest.Pytester) -> None:
    result = outcome(
        pytester,
        """
@pytest.mark.asyncio
async def test_it(scripted_service):
    service = await scripted_service()
    async with connect(service.url + "/api/realtime-api", proxy=None) as client:
        await client.send(json.dumps({"type": "response.create"}))
        await service.until(lambda: service.received)
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*response.create* was not expected*"])


def test_what_is_left_fails_the_test(pytester: pytest.Pytester) -> None:
    result = outcome(
        pytester,
        """
tasks = []

@pytest.mark.asyncio
async def test_it(no_leftovers):
    tasks.append(asyncio.create_task(asyncio.Event().wait(), name="forgotten"))
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*left behind:*", "*task forgotten*"])
