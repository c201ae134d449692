import json
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation import grid
from navtalk_widget.evaluation.configs import as_configs, read_configs
from tests.evaluation import townhall


def test_a_grid_is_every_combination_named_by_what_differs() -> None:
    long = "You are a guide in a museum of which nobody knows the name."
    configs = grid(
        instructions=["Be brief.", long], voice=["sage", "cedar"], temperature=0.7, tools=[[townhall.weather]]
    )
    assert [config["name"] for config in configs] == [
        "instructions=Be brief., voice=sage",
        "instructions=Be brief., voice=cedar",
        "instructions=#2, voice=sage",
        "instructions=#2, voice=cedar",
    ]
    assert configs[-1] == {
        "name": "instructions=#2, voice=cedar",
        "instructions": long,
        "voice": "cedar",
        "temperature": 0.7,
        "tools": [townhall.weather],
    }


def test_a_grid_of_functions_is_named_by_them() -> None:
    assert [config["name"] for config in grid(responder=["builtin", townhall.echo])] == [
        "responder=builtin",
        "responder=echo",
    ]


def test_alternatives_of_the_same_name_are_numbered_and_none_is_a_name() -> None:
    minds = [lambda messages, tools: "yes", lambda messages, tools: "no"]
    configs = grid(responder=minds, turn_detection=[None])
    assert [config["name"] for config in configs] == ["responder=#1", "responder=#2"]
    assert [config["name"] for config in grid(voice=[None, "sage", 1, "1"])] == [
        "voice=None",
        "voice=sage",
        "voice=#3",
        "voice=#4",
    ]


def test_without_configurations_there_is_one() -> None:
    (config,) = as_configs(None, "local")
    assert (config.name, config.settings["service"]) == ("default", "local")


def test_a_service_of_ones_own_is_kept_and_names_are_made_up() -> None:
    configs = as_configs([{"service": "ws://127.0.0.1:9"}, {"name": "mine"}], "local")
    assert [(config.name, config.settings["service"]) for config in configs] == [
        ("config 1", "ws://127.0.0.1:9"),
        ("mine", "local"),
    ]


def test_functions_of_files_are_imported(tmp_path: Path) -> None:
    path = tmp_path / "configs.json"
    functions = {"tools": ["tests.evaluation.townhall:weather"], "responder": "tests.evaluation.townhall:echo"}
    path.write_text(json.dumps({"configs": [functions]}))
    (config,) = as_configs(read_configs(path), "local")
    assert config.settings["tools"] == (townhall.weather,)
    assert config.settings["responder"] is townhall.echo


@pytest.mark.parametrize("tools", ["tests.evaluation.townhall:weather", townhall.weather, (townhall.weather,)])
def test_a_single_tool_need_not_stand_in_a_list(tools: object) -> None:
    (config,) = as_configs([{"tools": tools}], "local")
    assert config.settings["tools"] == (townhall.weather,)


def test_no_tools_may_be_written_as_nothing() -> None:
    (config,) = as_configs([{"tools": None}], "local")
    assert config.settings["tools"] == ()


def test_names_of_engines_are_no_functions() -> None:
    (config,) = as_configs([{"responder": "ollama:llama3"}], "local")
    assert config.settings["responder"] == "ollama:llama3"


def test_nothing_is_loaded_to_hear_what_is_only_written() -> None:
    (config,) = as_configs(None, "local")
    assert config.session(spoken=False).recognizer == "pocketsphinx"
    assert config.session().recognizer is None


@pytest.mark.parametrize(
    ("configs", "words"),
    [
        ([{"name": "a", "voices": "sage"}], "Configuration 'a': .*unexpected keyword argument 'voices'"),
        ([{"name": "a", "temperature": "hot"}], "Configuration 'a': temperature"),
        ([{"name": "a", "tools": ["tests.evaluation.townhall:rain"]}], "Configuration 'a': .*rain' cannot be imported"),
        ([{"name": "a"}, {"name": "a"}], "Two configurations are called 'a'"),
    ],
)
def test_what_is_not_valid_is_told_before_anything_is_said(configs: list[dict[str, object]], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        as_configs(configs, "local")
