import pytest

from navtalk_widget.local.avatar.character import character_named, character_names


def test_there_are_a_man_and_a_woman() -> None:
    assert character_names() == ["navtalk.Leo", "navtalk.Lily"]


@pytest.mark.parametrize("name", ["navtalk.Leo", "navtalk.leo", " NAVTALK.LEO "])
def test_names_are_read_generously(name: str) -> None:
    assert character_named(name).name == "navtalk.Leo"


@pytest.mark.parametrize("name", ["navtalk.Sofia", "", "acme.Robot", "../leo"])
def test_an_unknown_name_falls_back_always_on_the_same_character(name: str) -> None:
    assert character_named(name).name in character_names()
    assert character_named(name) is character_named(name)


@pytest.mark.parametrize("name", ["navtalk.Leo", "navtalk.Lily"])
def test_the_mouth_box_lies_in_the_lower_middle_of_the_picture(name: str) -> None:
    x, y, width, height = character_named(name).mouth_box
    assert 0.3 < x < x + width < 0.7
    assert 0.5 < y < y + height < 0.75


@pytest.mark.parametrize("name", ["navtalk.Leo", "navtalk.Lily"])
def test_every_placeholder_of_the_drawings_is_filled(name: str) -> None:
    character = character_named(name)
    for layer in ("background", "body", "head", "brows"):
        assert "$" not in character.drawing(layer)
