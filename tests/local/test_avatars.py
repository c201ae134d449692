from __future__ import annotations

import pytest

from navtalk_widget.local import avatars as avatars_module
from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatars import Avatars, AvatarsFull


def test_men_and_women_have_voices_and_faces_that_fit() -> None:
    avatars = Avatars()
    for name, voice, face in (("navtalk.Ben", "cedar", "navtalk.Leo"), ("girl2", "marin", "navtalk.Lily")):
        assert avatars.choose("", name, "").avatar.config.voice == voice
        assert character_named(name).name == face


def test_navtalks_own_begin_as_their_characters_do() -> None:
    elaine = Avatars().choose("", "navtalk.Elaine", "").avatar
    assert elaine.first_message == character_named("navtalk.Elaine").greeting
    assert elaine.config.voice == "sage"


def test_an_identifier_counts_more_than_a_name() -> None:
    avatars = Avatars()
    lily = avatars.named("navtalk.Lily", "")[0]
    assert avatars.choose(lily.id, "navtalk.Leo", "").avatar == lily


def test_the_identifiers_of_navtalks_own_stay_the_same() -> None:
    assert Avatars().named("navtalk.Leo", "") == Avatars().named("navtalk.Leo", "")


def test_what_nobody_knows_gets_an_avatar_all_the_same() -> None:
    choice = Avatars().choose("", "my own", "")
    assert (choice.avatar.name, choice.ambiguous) == ("my own", False)


def test_the_name_of_one_of_navtalks_own_may_be_used_again() -> None:
    avatars = Avatars()
    mine = avatars.add("", "navtalk.Leo", {"prompt": "Mine."})
    choice = avatars.choose("", "navtalk.Leo", "")
    assert (choice.avatar, choice.ambiguous) == (mine, True)


def test_strangers_avatars_are_not_seen_and_do_not_make_a_name_ambiguous() -> None:
    avatars = Avatars()
    theirs = avatars.add("them", "shared", {})
    mine = avatars.add("me", "shared", {})
    assert avatars.with_id(theirs.id, "me") is None
    choice = avatars.choose("", "shared", "me")
    assert (choice.avatar, choice.ambiguous) == (mine, False)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avatars_module, "MAX_AVATARS", 2)
    avatars = Avatars()
    avatars.add("", "one", {})
    avatars.add("", "two", {})
    with pytest.raises(AvatarsFull):
        avatars.add("", "three", {})
