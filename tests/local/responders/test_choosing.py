from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from navtalk_widget.engines.choices import Automatic, Builtin, ChatEndpoint, ResponderChoice
from navtalk_widget.engines.chosen import Chosen
from navtalk_widget.engines.names import responder_choice
from navtalk_widget.engines.ollama_address import ollama_url
from navtalk_widget.engines.responder import Message, Responder, ResponseRequest
from navtalk_widget.errors import ConfigurationError, NavTalkError, ServiceUnreachable
from navtalk_widget.local.openai_endpoint import OPENAI_URL, Endpoint, base_url, endpoint_of
from navtalk_widget.local.responders.chat import ollama
from navtalk_widget.local.responders.chat.chat_endpoint import ChatEndpointResponder
from navtalk_widget.local.responders.chat.chat_models import is_chat_model, openai_model
from navtalk_widget.local.responders.choosing import choose_responder
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder
from navtalk_widget.testing.scripted_chat import Refusal, ScriptedChatEndpoint

pytestmark = pytest.mark.usefixtures("no_leftovers")

NOWHERE = "127.0.0.1:9"  # where nothing listens, so that an Ollama of the machine's own is not found


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scripted Ollama may be slow on a busy machine."""
    monkeypatch.setattr(ollama, "FOUND_WITHIN_S", 5.0)


@asynccontextmanager
async def chosen(
    choice: ResponderChoice, progress: list[tuple[str, float | None]] | None = None, **environment: str
) -> AsyncIterator[Chosen[Responder]]:
    told = [] if progress is None else progress
    made = await choose_responder(
        choice, lambda what, share: told.append((what, share)), {"OLLAMA_HOST": NOWHERE, **environment}
    )
    try:
        yield made
    finally:
        if isinstance(made.engine, ChatEndpointResponder):
            await made.engine.close()


async def answer(made: Chosen[Responder]) -> str:
    request = ResponseRequest((Message("user", "Hello"),))
    return "".join([str(piece) async for piece in made.engine.respond(request)])


def installed(name: str, size: str = "3.2B", family: str = "llama", **more: Any) -> dict[str, Any]:
    return {"name": name, "details": {"family": family, "families": [family], "parameter_size": size}, **more}


# ── automatic ────────────────────────────────────────────────────────────────────────────────────────────


async def test_with_nothing_else_the_builtin_one_answers_and_nothing_is_amiss() -> None:
    async with chosen(Automatic()) as made:
        assert isinstance(made.engine, BuiltinResponder)
        assert (made.sends_to, made.instead_of) == (None, None)


async def test_the_endpoint_of_the_environment_is_found() -> None:
    async with (
        ScriptedChatEndpoint(["text-embedding-3", "llama"], api_key="sk-1") as server,
        chosen(Automatic(), OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-1") as made,
    ):
        server.will_answer("Hello there.")
        assert await answer(made) == "Hello there."
        assert made.name.startswith("llama by 127.0.0.1:")
        assert made.sends_to is None
        assert server.authorizations == ["Bearer sk-1"]


async def test_the_model_of_the_environment_is_taken() -> None:
    async with (
        ScriptedChatEndpoint(["a", "b"]) as server,
        chosen(Automatic(), OPENAI_BASE_URL=server.url, OPENAI_MODEL="b") as made,
    ):
        assert made.name.startswith("b by ")


async def test_a_key_that_is_refused_leaves_the_builtin_one_and_says_why() -> None:
    async with (
        ScriptedChatEndpoint(api_key="sk-1") as server,
        chosen(Automatic(), OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-2") as made,
    ):
        assert isinstance(made.engine, BuiltinResponder)
        assert made.instead_of is not None
        assert "OPENAI_BASE_URL and OPENAI_API_KEY is not used" in made.instead_of
        assert "does not accept the API key" in made.instead_of


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "localhost:8000", "nonsense"])
async def test_an_address_where_nothing_answers_leaves_the_builtin_one(url: str) -> None:
    async with chosen(Automatic(), OPENAI_BASE_URL=url) as made:
        assert isinstance(made.engine, BuiltinResponder)
        assert made.instead_of


async def test_a_running_ollama_is_found_and_its_model_loaded() -> None:
    async with ScriptedChatEndpoint(["llama3.2:latest"], ollama=[installed("llama3.2:latest")]) as server:
        progress: list[tuple[str, float | None]] = []
        async with chosen(Automatic(), progress, OLLAMA_HOST=server.url.removesuffix("/v1")) as made:
            server.will_answer("Hi.")
            assert await answer(made) == "Hi."
            assert (made.name, made.sends_to) == ("llama3.2 by Ollama", None)
            assert server.loaded == ["llama3.2:latest"]
            doing = "Loading llama3.2:latest into Ollama"
            assert progress == [(doing, None), (doing, 1.0)]


@pytest.mark.parametrize(
    "models",
    [
        [],
        [installed("nomic-embed-text", "137M", "nomic-bert")],
        [installed("mxbai", "334M", "bert")],
        [installed("gpt-oss:120b-cloud", "120B", remote_host="https://ollama.com")],
    ],
    ids=["none", "an embedding by its name", "an embedding by its family", "one on its maker's servers"],
)
async def test_an_ollama_without_a_model_to_talk_with_is_passed_over(models: list[dict[str, Any]]) -> None:
    async with (
        ScriptedChatEndpoint(ollama=models) as server,
        chosen(Automatic(), OLLAMA_HOST=server.url.removesuffix("/v1")) as made,
    ):
        assert isinstance(made.engine, BuiltinResponder)
        assert made.instead_of is None


@pytest.mark.parametrize(
    ("models", "best"),
    [
        ([installed("a", "1B"), installed("b", "8B"), installed("c", "70B")], "b"),
        ([installed("a", "30B"), installed("b", "70B")], "a"),
        ([installed("qwen2.5-coder", "7B"), installed("b", "1B")], "b"),
        ([installed("nomic-embed-text", "9B"), installed("b", "135M")], "b"),
    ],
    ids=["the ablest prompt one", "the smallest of the slow", "none for programs", "no embedding"],
)
async def test_the_model_that_suits_a_talk_is_taken(models: list[dict[str, Any]], best: str) -> None:
    async with (
        ScriptedChatEndpoint(ollama=models) as server,
        chosen(Automatic(), OLLAMA_HOST=server.url.removesuffix("/v1")) as made,
    ):
        assert made.name == f"{best} by Ollama"


async def test_the_model_that_ollama_has_loaded_is_taken_before_another() -> None:
    async with ScriptedChatEndpoint(ollama=[installed("a", "1B"), installed("b", "8B")]) as server:
        server.loaded.append("a")
        async with chosen(Automatic(), OLLAMA_HOST=server.url.removesuffix("/v1")) as made:
            assert made.name == "a by Ollama"


async def test_the_model_of_the_environment_is_taken_of_ollamas_too() -> None:
    async with (
        ScriptedChatEndpoint(ollama=[installed("a:latest", "1B"), installed("b", "8B")]) as server,
        chosen(Automatic(), OLLAMA_HOST=server.url.removesuffix("/v1"), OPENAI_MODEL="a") as made,
    ):
        assert made.name == "a by Ollama"


# ── chosen by name ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_builtin_one_is_chosen_whatever_the_environment_says() -> None:
    async with chosen(Builtin(), OPENAI_API_KEY="sk-1") as made:
        assert isinstance(made.engine, BuiltinResponder)


async def test_an_endpoint_is_chosen_by_address_model_and_key() -> None:
    async with (
        ScriptedChatEndpoint(["a", "b"], api_key="sk-1") as server,
        chosen(ChatEndpoint(url=server.url, model="b", api_key=SecretStr("sk-1"))) as made,
    ):
        server.will_answer("Yes.")
        assert await answer(made) == "Yes."
        assert server.requests[0]["model"] == "b"


async def test_an_ollama_chosen_by_its_address_gives_its_best_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedChatEndpoint(["a", "b"], ollama=[installed("a", "1B"), installed("b", "8B")]) as server:
        monkeypatch.setattr("navtalk_widget.local.openai_endpoint.OLLAMA_PORT", urlsplit(server.url).port)
        async with chosen(ChatEndpoint(url=server.url)) as made:
            assert made.name == "b by Ollama"
            assert server.loaded == ["b"]


async def test_an_ollama_chosen_by_name_is_known_as_one_on_whatever_port() -> None:
    async with ScriptedChatEndpoint(["a", "b"], ollama=[installed("a", "1B"), installed("b", "8B")]) as server:
        host = server.url.removesuffix("/v1")
        choice = responder_choice("ollama", environment={"OLLAMA_HOST": host})
        async with chosen(choice, OLLAMA_HOST=host) as made:
            assert made.name == "b by Ollama"


async def test_an_ollama_without_models_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedChatEndpoint([], ollama=[]) as server:
        monkeypatch.setattr("navtalk_widget.local.openai_endpoint.OLLAMA_PORT", urlsplit(server.url).port)
        with pytest.raises(ConfigurationError, match=r"Ollama has no model for a talk\. Fetch one with: ollama pull"):
            await choose_responder(ChatEndpoint(url=server.url), lambda what, share: None, {})


async def test_an_endpoint_that_cannot_be_reached_is_an_error_with_a_next_step() -> None:
    with pytest.raises(ServiceUnreachable, match="Check that it runs"):
        await choose_responder(ChatEndpoint(url="http://127.0.0.1:9/v1"), lambda what, share: None, {})


async def test_a_key_that_is_refused_is_an_error_with_a_next_step() -> None:
    async with ScriptedChatEndpoint(api_key="sk-1") as server:
        with pytest.raises(ConfigurationError, match="Pass api_key="):
            await choose_responder(ChatEndpoint(url=server.url), lambda what, share: None, {})


async def test_a_model_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    async with ScriptedChatEndpoint(["a", "b"]) as server:
        with pytest.raises(ConfigurationError, match=r"no model 'c'.*It has a, b\."):
            await choose_responder(ChatEndpoint(url=server.url, model="c"), lambda what, share: None, {})


async def test_a_model_that_a_gateway_does_not_list_but_has_is_taken() -> None:
    async with ScriptedChatEndpoint(["a", "b"]) as server:
        server.listed = ["a"]
        server.will_answer("Hello.")
        async with chosen(ChatEndpoint(url=server.url, model="b")) as made:
            assert made.name.startswith("b by ")


async def test_a_busy_endpoint_is_no_unknown_model() -> None:
    async with ScriptedChatEndpoint(["a", "b"]) as server:
        server.listed = ["a"]
        server.will_answer(Refusal(429, "Slow down"))
        with pytest.raises(NavTalkError, match="takes no more requests now"):
            await choose_responder(ChatEndpoint(url=server.url, model="b"), lambda what, share: None, {})


async def test_openai_itself_wants_a_key() -> None:
    with pytest.raises(ConfigurationError, match="no key for OpenAI"):
        await choose_responder(ChatEndpoint(), lambda what, share: None, {})


# ── addresses, keys and names ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
        ("https://a.b/api/v1/chat/completions", "https://a.b/api/v1"),
    ],
)
def test_an_address_is_understood_in_the_forms_that_people_know(given: str, base: str) -> None:
    assert base_url(given) == base


@pytest.mark.parametrize(
    ("choice", "environment", "key"),
    [
        (ChatEndpoint(), {}, "sk-env"),
        (ChatEndpoint(url="https://gateway.example/v1"), {}, "sk-env"),
        (ChatEndpoint(url="http://127.0.0.1:8000/v1"), {}, "sk-env"),
        (ChatEndpoint(url="http://box.lan:8000/v1"), {}, None),
        (ChatEndpoint(), {"OPENAI_BASE_URL": "http://box.lan:8000/v1"}, "sk-env"),
        (ChatEndpoint(url="http://box.lan:8000/v1", api_key=SecretStr("mine")), {}, "mine"),
    ],
)
def test_the_key_of_the_environment_does_not_travel_unencrypted_unless_that_was_said(
    choice: ChatEndpoint, environment: dict[str, str], key: str | None
) -> None:
    endpoint = endpoint_of(choice, {"OPENAI_API_KEY": "sk-env", **environment})
    assert (endpoint.api_key and endpoint.api_key.get_secret_value()) == key


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (OPENAI_URL, "api.openai.com"),
        ("http://localhost:1/v1", None),
        ("http://[::1]:1/v1", None),
        ("http://10.0.0.2/v1", "10.0.0.2"),
    ],
)
def test_who_gets_the_words_is_told_unless_they_stay_here(url: str, host: str | None) -> None:
    assert Endpoint(url).sends_to == host


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:1234", "http://127.0.0.1:1234"),
        (":1234", "http://127.0.0.1:1234"),
        ("box", "http://box:11434"),
        ("https://box", "https://box:443"),
        ("[::1]:1234", "http://[::1]:1234"),
        ("box:nonsense", None),
    ],
)
def test_ollamas_host_is_understood_as_ollama_does(told: str, url: str | None) -> None:
    assert ollama_url(told) == url


@pytest.mark.parametrize("name", ["llama3.2", "gpt-4.1-mini", "qwen3:8b", "meta-llama/Llama-3.1-8B-Instruct", "gemma3"])
def test_models_to_talk_with_are_known(name: str) -> None:
    assert is_chat_model(name)


@pytest.mark.parametrize(
    "name",
    [
        "text-embedding-3-small",
        "whisper-1",
        "tts-1",
        "gpt-4o-mini-tts",
        "gpt-realtime",
        "BAAI/bge-m3",
        "dall-e-3",
        "all-minilm",
    ],
)
def test_models_for_other_things_are_known(name: str) -> None:
    assert not is_chat_model(name)


def test_a_prompt_model_is_taken_at_openai() -> None:
    assert openai_model(["gpt-5-pro", "gpt-4o-mini", "gpt-4o"]) == "gpt-4o-mini"
