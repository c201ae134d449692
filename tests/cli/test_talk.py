import asyncio
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
from asyncio.subprocess import PIPE
from pathlib import Path

import av
import pytest

from navtalk_widget.audio.pcm import level_db
from navtalk_widget.audio.wav import read_wav
from navtalk_widget.testing import ScriptedService
from tests.cli.in_process import Commands

COMMAND = [sys.executable, "-m", "navtalk_widget.cli"]


def test_talk_prints_the_answer_and_writes_the_voice(tmp_path: Path) -> None:
    wav = tmp_path / "reply.wav"
    command = [*COMMAND, "talk", "What is two plus three?", "--wav", str(wav)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "That makes 5.\n"
    samples, rate = read_wav(wav)
    assert rate == 24_000
    assert samples.size > rate // 2
    assert level_db(samples) > -40


def test_who_stands_in_for_a_stranger_is_told_in_a_line() -> None:
    command = [*COMMAND, "talk", "What is two plus three?", "--character", "navtalk.Loe"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.stdout == "That makes 5.\n"
    assert done.stderr.startswith("navtalk-widget: The local service has nobody called 'navtalk.Loe'")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_talk_shows_in_a_terminal_what_takes_time() -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [*COMMAND, "talk", "hello"], stdout=subprocess.PIPE, stderr=theirs, timeout=180, check=True
        )
        shown = os.read(ours, 65_536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "\rStarting the local service" in shown
    assert shown.endswith("\r\033[K\r"), "the line is left empty"
    assert b"Starting" not in done.stdout


CAREFUL = """
from navtalk_widget import tool

@tool(needs_approval=True)
def opening_hours(museum: str) -> str:
    "Opening hours of a museum."
    print("called")
    return "It opens at nine."
"""

TALK_WITH_TOOL = ["talk", "What are the opening hours of the Louvre?", "--tool", "careful:opening_hours"]


@pytest.fixture
def careful(tmp_path: Path) -> Path:
    """A folder with a module in which there is a tool that needs approval."""
    (tmp_path / "careful.py").write_text(CAREFUL)
    return tmp_path


def test_talk_refuses_what_nobody_is_there_to_approve(
    careful: Path, run: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(careful)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))  # a file, and nobody's word
    done = run(*TALK_WITH_TOOL)
    assert "could not look up opening hours" in done.stdout
    assert "called" not in done.stdout


def test_a_tool_is_looked_for_in_the_current_folder_too(careful: Path) -> None:
    script = Path(sysconfig.get_path("scripts")) / "navtalk-widget"  # unlike `python -m`
    done = subprocess.run(
        [script, *TALK_WITH_TOOL],
        cwd=careful,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "could not look up opening hours" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_talk_asks_at_the_terminal_for_approval(careful: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command, environment = [*COMMAND, *TALK_WITH_TOOL], {**os.environ, "PYTHONPATH": str(careful)}
    talk = subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert talk.stderr is not None
        asked = ""
        while not asked.endswith("[a]lways: "):
            letter = talk.stderr.read(1)
            assert letter, asked
            asked += letter
        assert "Allow opening_hours(museum='" in asked
        os.write(ours, b"y\n")
        printed, _ = talk.communicate(timeout=180)
    finally:
        talk.kill()
        talk.wait()
        os.close(ours)
        os.close(theirs)
    assert printed == "called\nIt opens at nine.\n"


def test_talk_reports_the_figures_of_the_exchange(run: Commands) -> None:
    done = run("talk", "What is two plus three?", "--report")
    assert done.stdout == "That makes 5.\n", "the answer alone can be piped"
    assert "Conversation with navtalk.Leo" in done.stderr
    assert "first words of the answer" in done.stderr


def test_a_tool_that_cannot_be_found_is_told_in_words(run: Commands) -> None:
    done = run("talk", "hello", "--tool", "no.such:function")
    assert done.code == 1
    assert "no.such" in done.stderr


def test_talk_films_the_answer(tmp_path: Path, run: Commands) -> None:
    video = tmp_path / "reply.mp4"
    done = run("talk", "What is two plus three?", "--video", str(video), "--video-size", "320x400")
    assert done.code == 0, done.stderr
    assert done.stdout == "That makes 5.\n"
    assert "s of film" in done.stderr
    with av.open(str(video)) as film:
        pictures, sound = film.streams.video[0], film.streams.audio[0]
        assert (pictures.width, pictures.height) == (320, 400)
        assert pictures.duration is not None
        assert pictures.time_base is not None
        assert 1.5 < float(pictures.duration * pictures.time_base) < 5
        assert sound.codec_context.name == "aac"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--service", "v1"), "'v1'"),
        (("--video-size", "481x600"), "video_size"),
        (("--tool", "json:dumps"), "no tools"),
        (("--report",), "no figures"),
        (("--character", "no/such/folder"), "no/such/folder"),
    ],
)
def test_a_film_that_cannot_be_made_is_told_in_words(
    tmp_path: Path, run: Commands, arguments: tuple[str, ...], word: str
) -> None:
    done = run("talk", "hello", "--video", str(tmp_path / "reply.mp4"), *arguments)
    assert done.code == 1
    assert word in done.stderr
    assert not (tmp_path / "reply.mp4").exists()


def test_a_film_in_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path, run: Commands) -> None:
    done = run("talk", "hello", "--video", str(tmp_path / "no" / "reply.mp4"))
    assert done.code == 1
    assert "cannot be written" in done.stderr


async def talk_with(service: ScriptedService, *messages: dict[str, object]) -> tuple[int | None, str, str]:
    """Ask a service that answers with these messages, and return the exit code and what was said."""
    command = [*COMMAND, "talk", "hello", "--service", service.url]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}  # such a terminal knows few letters
    talk = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    try:
        await service.expect("response.create")
        await service.send({"type": "response.created", "response": {"id": "r"}}, *messages)
        printed, said = await asyncio.wait_for(talk.communicate(), 60)
    finally:
        if talk.returncode is None:
            talk.kill()
            await talk.wait()
    return talk.returncode, printed.decode(), said.decode()


async def test_an_answer_that_would_steer_the_terminal_is_shown_as_it_is() -> None:
    async with ScriptedService(ignore=["*"], limit=60) as service:
        code, printed, said = await talk_with(
            service,
            {
                "type": "response.text.done",
                "response_id": "r",
                "item_id": "i",
                "text": "\x1b]0;mine\x07Hello,\r\n\tAda\x9b2J 你好",
            },
            {"type": "response.done", "response": {"id": "r", "status": "completed"}},
        )
    assert code == 0, said
    assert printed == "\\x1b]0;mine\\x07Hello,\n\tAda\\x9b2J \\u4f60\\u597d\n"


async def test_an_error_that_would_steer_the_terminal_is_shown_as_it_is() -> None:
    details = {"error": {"message": "\x1b[2Jno power"}}
    async with ScriptedService(ignore=["*"], limit=60) as service:
        failed = {"id": "r", "status": "failed", "status_details": details}
        code, _, said = await talk_with(service, {"type": "response.done", "response": failed})
    assert code == 1
    assert said == "navtalk-widget: The answer failed: \\x1b[2Jno power. Ask again.\n"


def test_talk_says_in_words_that_nobody_answers(run: Commands) -> None:
    done = run("talk", "hello", "--service", "ws://127.0.0.1:9")
    assert done.code == 1
    assert "ws://127.0.0.1:9" in done.stderr
    assert done.stdout == ""


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path, run: Commands) -> None:
    done = run("talk", "hello", "--wav", str(tmp_path / "no" / "such.wav"))
    assert done.code == 1
    assert "cannot be written" in done.stderr
    assert done.stdout  # the answer is not lost


@pytest.mark.parametrize("arguments", [(), ("talk",), ("sing",), ("talk", "hi", "--louder")])
def test_a_command_that_is_none_gets_the_usage(run: Commands, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "usage: " in done.stderr


def test_serve_serves_until_it_is_ended(run: Commands) -> None:
    process = subprocess.Popen([*COMMAND, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the service ended"
            found = re.search(r"(ws://127\.0\.0\.1:\d+)", line)
        with urllib.request.urlopen(f"http{found[1][2:]}/health", timeout=10) as answer:
            assert json.loads(answer.read())
        done = run("talk", "What is two plus three?", "--service", found[1])
        assert done.stdout == "That makes 5.\n"
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stderr.close()
