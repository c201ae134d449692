import json
import re
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.cast import FOLDERS, character_named
from navtalk_widget.local.avatar.character import FRONT, LAYERS, Character, load_character
from navtalk_widget.local.avatar.drawn.eyes import eye_shapes

Change = Callable[[dict[str, Any]], object]

BUILT_IN = Path(str(resources.files("navtalk_widget.local.avatar").joinpath("characters")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(BUILT_IN / "leo", tmp_path / "mine")


def change(folder: Path, how: Change) -> None:
    file = folder / "character.json"
    told = json.loads(file.read_text("utf-8"))
    how(told)
    file.write_text(json.dumps(told), "utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_character(folder)
    return str(caught.value)


def test_a_folder_of_ones_own_is_read_as_the_built_in_ones_are(folder: Path) -> None:
    assert load_character(folder) == character_named("navtalk.Leo")


def test_a_character_may_have_a_further_drawing_in_front(folder: Path) -> None:
    assert load_character(folder).layers == LAYERS
    shutil.copy(BUILT_IN / "elaine" / "front.svg", folder)
    change(folder, lambda told: told["palette"].update(rim="#101010", rim_light="#404040", rim_dark="#000000"))
    assert load_character(folder).layers == (*LAYERS, FRONT)


def drawings(character: Character) -> dict[str, str]:
    shapes = eye_shapes(character.eye, 0.5, (1.0, -1.0))
    return {layer: character.drawing(layer, **(shapes if layer == "eyes" else {})) for layer in character.layers}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_placeholder_of_the_drawings_is_filled(name: str) -> None:
    for layer, drawing in drawings(load_character(BUILT_IN / name)).items():
        assert "$" not in drawing, layer


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda told: told.pop("voice"), "voice is missing"),
        (lambda told: told["mouth"].pop("teeth"), "mouth.teeth is missing"),
        (lambda told: told["mouth"].update(x="left"), "mouth.x: input should be a valid number"),
        (lambda told: told["mouth"].update(upper="red"), "mouth.upper is 'red', not a colour like #1a2b3c"),
        (lambda told: told["palette"].update(skin='"/><image href="/etc/x.png"/>'), "palette.skin is"),
        (lambda told: told["eye"].update(lashes=2), "eye.lashes is no setting"),
        (lambda told: told["eye"].update(half_width=400), "eye.half_width: input should be less than"),
        (lambda told: told.update(jaw=[250, 284, 306]), "jaw is [250, 284, 306], but mouth.y is 242"),
        (lambda told: told["palette"].pop("skin"), "uses $skin"),
    ],
)
def test_a_faulty_description_is_refused_in_words(folder: Path, how: Change, words: str) -> None:
    change(folder, how)
    assert words in refusal(folder)


def test_the_refusal_names_the_file(folder: Path) -> None:
    change(folder, lambda told: told.pop("voice"))
    assert str(folder / "character.json") in refusal(folder)


def test_what_is_no_json_is_refused_in_words(folder: Path) -> None:
    (folder / "character.json").write_text("{", "utf-8")
    assert "Invalid JSON" in refusal(folder)


def test_a_folder_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    assert "There is no character in" in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_missing_layer_is_named(folder: Path, layer: str) -> None:
    (folder / f"{layer}.svg").unlink()
    assert f"{layer}.svg cannot be read" in refusal(folder)


def test_the_example_in_the_document_works(folder: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "characters.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(json|xml)\n(.*?)```", document, re.DOTALL))
    (folder / "character.json").write_text(blocks["json"], "utf-8")
    (folder / "eyes.svg").write_text(blocks["xml"], "utf-8")
    for layer in ("background", "body", "head", "brows"):
        (folder / f"{layer}.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 400"><path d="M9 9h9v9" fill="$skin"/></svg>',
            "utf-8",
        )
    example = load_character(folder)
    assert example.name == "acme.Robin"
    assert all("$" not in drawing for drawing in drawings(example).values())
