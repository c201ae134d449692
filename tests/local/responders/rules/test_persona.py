"""Who the avatar is to be."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.persona import Persona, read_persona


@pytest.mark.parametrize(
    ("instructions", "persona"),
    [
        ("", Persona("Leo", "", "", False)),
        ("You are a museum guide.", Persona("Leo", "your museum guide", "", False)),
        ("You are an engineer who loves trains.", Persona("Leo", "an engineer", "", False)),
        ("You are the museum's night guard.", Persona("Leo", "the museum's night guard", "", False)),
        ("You are Marie Curie, a physicist.", Persona("Marie Curie", "a physicist", "", False)),
        ("Your name is Zoe. Be concise.", Persona("Zoe", "", "", True)),
        ("You are helpful and kind.", Persona("Leo", "", "", False)),
        ("You ARE A PIRATE", Persona("Leo", "a pirate", "", False)),
        ("Say hello with 'Hi, I'm Bob!'.", Persona("Leo", "", "Hi, I'm Bob!", False)),
        ("Begin with “Ahoy!”. Keep your answers short.", Persona("Leo", "", "Ahoy!", True)),
        ("Always answer in one sentence.", Persona("Leo", "", "", True)),
    ],
)
def test_instructions_tell_name_role_greeting_and_manner(instructions: str, persona: Persona) -> None:
    assert read_persona(instructions, "navtalk.Leo") == persona


@pytest.mark.parametrize(
    ("character", "name"), [("navtalk.Leo", "Leo"), ("lily", "Lily"), ("", ""), ("a1b2c3", ""), ("x." * 200, "")]
)
def test_a_character_has_a_name_unless_it_is_a_number(character: str, name: str) -> None:
    assert read_persona("", character).name == name
