"""The plugin in runs of pytest within this one."""

import pytest

from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.evaluation import batch, configs, scenario, workers

# pytester forgets what a run imported, and with it the service that it started; what was imported before stays.
KEPT = (batch, configs, embedded_service, scenario, workers)

TOWN = """
def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."

def know_nothing(messages, tools):
    return "I know nothing about Paris."

def steer(messages, tools):
    return "Look\\x1b[2J away."

def judge(reply, transcript):
    return "too short" if len(reply.text) < 100 else None
"""

WEATHER = """
scenarios:
- name: weather
  steps:
  - say: Hello!
  - say: What is the weather in Paris?
    expect: {words: [paris, sunny], tools: weather}
"""

CONFIGS = """
configs:
- {name: rules, tools: ["town:weather"]}
- {name: ignorant, responder: "town:know_nothing"}
"""


@pytest.fixture(autouse=True)
def town(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions that scenarios name, and this plugin alone: others take longer to load than a run takes."""
    pytester.makepyfile(town=TOWN)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "navtalk_widget.evaluation.pytest_plugin")


def scenario_file(pytester: pytest.Pytester, text: str, name: str = "weather.scenario.yaml") -> None:
    (pytester.path / name).write_text(text)


def test_each_scenario_is_a_test_in_each_configuration_and_tells_what_was_said(
    pytester: pytest.Pytester,
) -> None:
    scenario_file(pytester, WEATHER + CONFIGS)
    result = pytester.runpytest("-v", "--strict-config")
    result.stdout.fnmatch_lines(
        ["weather.scenario.yaml::weather?rules? PASSED*", "weather.scenario.yaml::weather?ignorant? FAILED*"]
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "Scenario 'weather', configuration 'ignorant':",
            "  step 1, said:    Hello!",
            "          answered: I know nothing about Paris.",
            "  step 2, said:    What is the weather in Paris?",
            "          answered: I know nothing about Paris.",
            "          NOT AS EXPECTED: 'sunny' is not in the answer",
            "          NOT AS EXPECTED: weather() was not called",
        ]
    )
    result.stdout.no_fnmatch_line("*'paris' is not in the answer*")


def test_every_expectation_has_its_words(pytester: pytest.Pytester) -> None:
    expect = """{any_of: [red, blue], not_words: makes, matches: '^\\d', exactly: five, interrupted: true,
      within_ms: {words: 0.001, audio: 0.001, answer: 0.001, begins: 0.001}, check: "town:judge"}"""
    scenario_file(pytester, f"name: sum\nsteps:\n- say: What is two plus three?\n  expect: {expect}\n")
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "*NOT AS EXPECTED: none of red | blue is in the answer",
            "*NOT AS EXPECTED: 'makes' is in the answer",
            "*NOT AS EXPECTED: nothing in the answer matches '^\\\\d'",
            "*NOT AS EXPECTED: the answer is not 'five'",
            "*NOT AS EXPECTED: the beginning came after * ms, and was expected within 0.001 ms",
            "*NOT AS EXPECTED: the first words came after * ms, and was expected within 0.001 ms",
            "*NOT AS EXPECTED: the first sound came after * ms, and was expected within 0.001 ms",
            "*NOT AS EXPECTED: the whole answer came after * ms, and was expected within 0.001 ms",
            "*NOT AS EXPECTED: the answer was not cut short",
            "*NOT AS EXPECTED: judge() says: too short",
        ]
    )


def test_an_answer_that_would_steer_the_terminal_is_shown_as_it_is(pytester: pytest.Pytester) -> None:
    scenario_file(pytester, WEATHER + 'configs: [{responder: "town:steer"}]\n')
    result = pytester.runpytest()
    assert r"answered: Look\x1b[2J away." in result.stdout.str()
    assert "\x1b" not in result.stdout.str()


def test_configurations_for_all_files_are_named_by_a_setting_or_an_option(pytester: pytest.Pytester) -> None:
    scenario_file(pytester, WEATHER)
    (pytester.path / "configs.yaml").write_text(CONFIGS)
    pytester.runpytest("--navtalk-configs", "configs.yaml").assert_outcomes(passed=1, failed=1)
    pytester.makeini("[pytest]\nnavtalk_configs = configs.yaml\n")
    pytester.runpytest().assert_outcomes(passed=1, failed=1)


def test_the_service_is_named_by_an_option(pytester: pytest.Pytester) -> None:
    scenario_file(pytester, "name: hello\nsteps: [{say: hello}]")
    result = pytester.runpytest("--navtalk-service", "ws://127.0.0.1:9")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*answered: ws://127.0.0.1:9/* cannot be reached*", "*there was no answer"])


def test_a_file_that_is_not_valid_is_an_error_in_words(pytester: pytest.Pytester) -> None:
    scenario_file(pytester, "name: hello\nsteps: [{tell: hello}]")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*weather.scenario.yaml: scenario 'hello', step 1, tell: extra inputs*"])


def test_pytest_finds_it_by_its_entry_point_and_loads_nothing_else_without_scenario_files(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_PLUGINS")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makepyfile(
        "import sys\ndef test_lean():\n"
        "    loaded = {'yaml', 'pandas', 'pydantic', 'navtalk_widget.session'} & set(sys.modules)\n"
        "    assert 'navtalk_widget.evaluation.pytest_plugin' in sys.modules and not loaded"
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
