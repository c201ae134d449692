import pytest

from navtalk_widget.engines.cast import SYSTEM_NAMES, own_name, voice_of
from navtalk_widget.local.avatar.cast import FOLDERS, character_named, character_names
from navtalk_widget.local.avatar.character import FRONT

OLD = "man2 man3 man4 girl2 girl3 girl4 girl5 girl6 girl7 girl8"
DOCUMENTED = "Alex Ethan Leo Lily Emma Sophia Mia Chloe Zoe Ava"
IN_CODE = "Brain Emily Lauren Freya Lisa Valentina Owen Nicole Gabriela Ella Elaine Ben Aoibheann"
MEN = "Leo Alex Ethan Brain Owen Ben"

OPENAI_VOICES = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"]


def test_the_characters_differ_in_age_gender_style_and_voice() -> None:
    cast = [character_named(name) for name in character_names()]
    assert len(cast) >= 5
    assert len({character.age for character in cast}) == len(cast)
    assert len({character.voice for character in cast}) == len(cast)
    assert len({character.gender for character in cast}) >= 2
    assert len({character.style for character in cast}) >= 3
    assert any(FRONT in character.layers for character in cast)


@pytest.mark.parametrize("name", [*OLD.split(), *(f"navtalk.{name}" for name in f"{DOCUMENTED} {IN_CODE}".split())])
def test_every_name_that_navtalk_gave_has_a_character_of_its_gender(name: str) -> None:
    assert name in SYSTEM_NAMES
    is_man = name.startswith("man") or name.removeprefix("navtalk.") in MEN.split()
    assert (character_named(name).gender == "man") == is_man


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_character_goes_by_its_own_name(folder: str) -> None:
    character = character_named(f"navtalk.{folder}")
    assert character.name.lower() == f"navtalk.{folder}"
    assert SYSTEM_NAMES[character.name] == folder
    assert character.voice in OPENAI_VOICES
    assert character.greeting


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_kernel_knows_every_character_by_its_name_and_voice(folder: str) -> None:
    character = character_named(f"navtalk.{folder}")
    assert character.name == own_name(folder)
    assert character.voice == voice_of(character.name)


@pytest.mark.parametrize("name", ["navtalk.Leo", "navtalk.leo", " NAVTALK.LEO "])
def test_names_are_read_generously(name: str) -> None:
    assert character_named(name).name == "navtalk.Leo"


@pytest.mark.parametrize("name", ["navtalk.Sofia", "", "acme.Robot", "../leo"])
def test_an_unknown_name_falls_back_always_on_the_same_character(name: str) -> None:
    assert character_named(name).name in character_names()
    assert character_named(name) is character_named(name)


@pytest.mark.parametrize("name", character_names())
def test_the_mouth_box_lies_in_the_lower_middle_of_the_picture(name: str) -> None:
    x, y, width, height = character_named(name).mouth_box
    assert 0.3 < x < x + width < 0.7
    assert 0.5 < y < y + height < 0.75
