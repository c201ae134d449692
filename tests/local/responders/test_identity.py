"""Names and roles that instructions give, as they are spoken."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.instructed_names import read_name

from .conftest import reply


@pytest.mark.parametrize(
    ("instructions", "identity"),
    [
        ("You are a museum guide named Ada.", "I'm Ada, your museum guide."),
        ("You are Ada, a museum guide.", "I'm Ada, a museum guide."),
        ("You're a friendly assistant.", "I'm Leo, your friendly assistant."),
        ("You are a helpful, honest assistant.", "I'm Leo, your helpful, honest assistant."),
        ("You are an honest and helpful assistant", "I'm Leo, your honest and helpful assistant."),
        ("You are to answer politely", "I'm Leo."),
        ("You are helpful", "I'm Leo."),
        ("You are a bit shy.", "I'm Leo."),
        ("You are the best.", "I'm Leo."),
        ("You are English.", "I'm Leo."),
        ("You are not a doctor. Never act as a doctor.", "I'm Leo."),
        ("If you are a human, say so.", "I'm Leo."),
        ("You can play the piano.", "I'm Leo."),
        ("You are in a museum, speaking with visitors.", "I'm Leo."),
        ("You are an expert in Python. Always answer politely.", "I'm Leo, an expert in Python."),
        ("You are an HR advisor.", "I'm Leo, your HR advisor."),
        ("You are an honest lawyer.", "I'm Leo, an honest lawyer."),
        ("Act as an unusual university teacher", "I'm Leo, your unusual university teacher."),
        ("You are a university.", "I'm Leo, a university."),
        ("You are a pirate and you hate the sea.", "I'm Leo, a pirate."),
        ("You are our receptionist at the Grand Hotel.", "I'm Leo, your receptionist at the Grand Hotel."),
        ("You are a tutor for children.", "I'm Leo, your tutor."),
        ("You are a large language model trained by somebody.", "I'm Leo, a large language model."),
        ("Always be kind.", "I'm Leo."),
    ],
)
async def test_the_greeting_introduces_naturally(instructions: str, identity: str) -> None:
    assert await reply(instructions=instructions) == f"Hello, {identity} How can I help you?"
    assert await reply("Who are you?", instructions=instructions) == identity


async def test_wishes_for_brevity_are_no_identity() -> None:
    assert await reply(instructions="You are to answer briefly.") == "Hello, I'm Leo."


@pytest.mark.parametrize(
    ("instructions", "name"),
    [
        ("You are a museum guide called Ada. Be kind.", "Ada"),
        ("You are a professor of physics named Ada Lovelace.", "Ada Lovelace"),
        ('You are a dog named "Rex".', "Rex"),
        ("Your name is Ada and you guide visitors.", "Ada"),
        ("You are a guide to the museum called Louvre.", ""),
        ("You are a captain of a ship called Pequod.", ""),
        ("Du bist ein Museumsführer namens Ada.", "Ada"),
        ("Du heißt Ada.", "Ada"),
        ("Ihr Name ist Ada.", "Ada"),
        ("Tu t'appelles Ada.", "Ada"),
        ("Vous êtes une guide de musée nommée Ada.", "Ada"),
        ("Votre nom est Ada.", "Ada"),
        ("Te llamas Ada.", "Ada"),
        ("Eres una guía llamada Ada.", "Ada"),
        ("Tu nombre es Ada.", "Ada"),
        ("Be kind. Visitors are called guests.", ""),
    ],
)
def test_names_are_found_in_several_languages(instructions: str, name: str) -> None:
    assert read_name(instructions) == name


async def test_the_name_is_said_in_the_language_asked_for() -> None:
    assert await reply("wer bist du", instructions="Du heißt Ada. Antworte auf Deutsch.") == "Ich bin Ada."
