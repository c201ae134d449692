import json
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation import Scenario, Step
from tests.evaluation import townhall

WEATHER = """\
- name: weather
  steps:
  - say: What is the weather in Paris?
    expect:
      words: [paris, sunny]
      not_words: rain
      tools: {name: weather, arguments: {city: Paris}}
      within_ms: {words: 400, audio: 800, answer: 3000}
      check: tests.evaluation.townhall:knows_both_sides
  - audio: sounds/thanks.wav
    expect:
      within_ms: 700
"""


def written(folder: Path, text: str, name: str = "weather.scenario.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_with_sounds_beside_it(tmp_path: Path) -> None:
    (scenario,) = Scenario.read(written(tmp_path, WEATHER))
    first, second = scenario.steps
    assert first.expect.words == ("paris", "sunny")
    assert first.expect.not_words == ("rain",)
    assert first.expect.tools[0].arguments == {"city": "Paris"}
    assert first.expect.within_ms.audio == 800
    assert first.expect.check == (townhall.knows_both_sides,)
    assert second.expect.within_ms.begins == 700
    assert second.audio == tmp_path / "sounds" / "thanks.wav"
    assert scenario.is_spoken


def test_one_scenario_and_several_and_json_are_read_alike(tmp_path: Path) -> None:
    one = {"name": "sum", "steps": [{"say": "What is two plus three?", "expect": {"exactly": "That makes 5."}}]}
    expected = (Scenario.model_validate(one),)
    for number, content in enumerate((one, [one], {"scenarios": [one], "configs": [{"voice": "sage"}]})):
        assert Scenario.read(written(tmp_path, json.dumps(content), f"{number}.json")) == expected
        assert Scenario.read(written(tmp_path, json.dumps(content), f"{number}.yaml")) == expected


def test_what_python_writes_is_what_files_write(tmp_path: Path) -> None:
    by_hand = Scenario(
        name="sum", steps=[Step(say="One and one", expect={"words": "2", "within_ms": 300}), {"say": "Thanks."}]
    )
    text = "name: sum\nsteps:\n- {say: One and one, expect: {words: '2', within_ms: 300}}\n- say: Thanks.\n"
    assert Scenario.read(written(tmp_path, text)) == (by_hand,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("say: What is the weather in Paris?", "tell: me"), "scenario 'weather', step 1, tell: extra inputs"),
        (
            ("words: [paris, sunny]", "words: [paris, [3]]"),
            "step 1, expect.words.1: input should be",
        ),
        (("words: [paris, sunny]", "matches: '('"), "step 1, expect.matches: '\\(' is no regular expression"),
        (("within_ms: 700", "within_ms: -1"), "step 2, expect.within_ms.begins: input should be greater than 0"),
        (("within_ms: 700", "within_ms: {soon: 1}"), "step 2, expect.within_ms.soon: extra inputs"),
        (("audio: sounds/thanks.wav", "cut_in_ms: 200"), "step 2: a step has either say or audio"),
        (("audio: sounds/thanks.wav", "{audio: a.wav, say: b}"), "is no YAML"),
        (("- audio: sounds/thanks.wav", "- audio: a.wav\n    image: b.png"), "step 2: an image needs say"),
        (("say: What", "cut_in_ms: 100\n    say: What"), "before the first step there is nothing to cut short"),
        (("townhall:knows_both_sides", "townhall:nothing"), "step 1, expect.check.0: invalid python path"),
        (("townhall:knows_both_sides", "townhall:__doc__"), "step 1, expect.check: .* is no function"),
        (("name: weather\n", "title: weather\n"), "scenario 1 has no name"),
    ],
)
def test_what_is_not_valid_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    assert change[0] in WEATHER
    path = written(tmp_path, WEATHER.replace(*change, 1))
    with pytest.raises(ConfigurationError, match=words) as caught:
        Scenario.read(path)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.yaml", "", "are mappings"),
        ("a.yaml", "- 3", "are mappings"),
        ("a.yaml", "3: a", "are mappings"),
        ("a.yaml", "scenarios: []", "there are no scenarios in it"),
        ("a.yaml", "scenarios: []\nsetting: 3", "there is 'setting' beside"),
        ("a.json", "{", "is no JSON"),
        ("a.txt", "{}", "by its name"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Scenario.read(written(tmp_path, text, name))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Scenario.read(tmp_path / "nowhere.yaml")


def test_a_scenario_in_python_tells_its_step() -> None:
    with pytest.raises(ConfigurationError, match=r"scenario 'a', step 2, expect\.word: extra inputs"):
        Scenario(name="a", steps=[{"say": "hello"}, {"say": "bye", "expect": {"word": "x"}}])
    with pytest.raises(ConfigurationError, match="steps: tuple should have at least 1 item"):
        Scenario(name="a", steps=[])
