"""The service before a backend as a process of its own, as `navtalk-widget serve --upstream` starts it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.engines.chosen_options import chosen_backend
from navtalk_widget.local.options import parser
from navtalk_widget.testing import ScriptedUpstream
from tests.local.test_process import started, talking

KEY = "sk-very-secret"


async def test_a_service_before_a_backend_relays_its_conversations(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    async with ScriptedUpstream(api_key=KEY) as upstream:
        arguments = (
            "--port",
            "0",
            "--upstream",
            upstream.url,
            "--upstream-model",
            "m",
            "--upstream-key-file",
            str(key),
        )
        async with started(*arguments, "--log-level", "debug", log=True) as service:
            log = await service.log_until("Ctrl-C ends the service")
            assert "conversations are relayed to 127.0.0.1" in log
            port = re.search(r"listening on ws://127\.0\.0\.1:(\d+)", log)
            assert port is not None
            async with talking(int(port[1])) as client:
                await client.start(instructions="Be brief.")
                await upstream.answer("Hello.", bytes(9_600))
                assert (await client.until("response.audio_transcript.done"))["transcript"] == "Hello."
            log += await service.log_until("ended")
            assert upstream.queries == [{"model": ["m"]}]
            assert KEY not in log


async def test_an_address_that_is_no_backend_ends_the_service_in_words() -> None:
    async with started("--port", "0", "--upstream", "https://api.openai.com/v1", log=True) as service:
        assert "is no address of a realtime backend" in await service.log_until("wss://")
        assert await service.exit_code() == 1


@pytest.mark.parametrize(
    "arguments",
    [("--responder", "builtin"), ("--recognizer", "pocketsphinx"), ("--synthesizer", "espeak"), ("--model", "m")],
)
def test_engines_beside_a_backend_are_refused_in_words(arguments: tuple[str, str]) -> None:
    options = parser("serve").parse_args(["--upstream", "ws://localhost:1/v1/realtime", *arguments])
    with pytest.raises(ConfigurationError, match=f"{arguments[0]} means nothing beside --upstream"):
        chosen_backend(options, {})


def test_so_is_what_is_said_of_no_backend() -> None:
    with pytest.raises(ConfigurationError, match="--upstream-model only says something about a backend"):
        chosen_backend(parser("serve").parse_args(["--upstream-model", "m"]), {})


def key_for(*arguments: str, **environment: str) -> str | None:
    """The key that a backend chosen on the command line is asked with."""
    backend = chosen_backend(parser("serve").parse_args(arguments), environment)
    assert backend is not None
    return None if backend.api_key is None else backend.api_key.get_secret_value()


def test_the_key_comes_from_the_file_or_else_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f" {KEY}\n")
    to = ("--upstream", "wss://backend.example/v1/realtime")
    assert key_for(*to, "--upstream-key-file", str(file), OPENAI_API_KEY="sk-other") == KEY
    assert key_for(*to, OPENAI_API_KEY="sk-other") == "sk-other"
    assert key_for(*to) is None


@pytest.mark.parametrize(("host", "key"), [("127.0.0.1:9", KEY), ("backend.example", None)])
def test_the_key_of_the_environment_does_not_travel_unencrypted(host: str, key: str | None) -> None:
    assert key_for("--upstream", f"ws://{host}/v1/realtime", OPENAI_API_KEY=KEY) == key


@pytest.mark.parametrize("content", ["", "two words", None])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="holds no key" if content is not None else "cannot be read"):
        key_for("--upstream", "wss://backend.example/", "--upstream-key-file", str(file))


def test_without_the_option_the_service_is_its_own_mind() -> None:
    assert chosen_backend(parser("serve").parse_args([])) is None
