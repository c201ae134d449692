import warnings
from typing import Any, cast

import pytest

from navtalk_widget import Session
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.speech.synthesizers.voices import VOICE_NAMES
from navtalk_widget.protocol.config import SemanticVad
from navtalk_widget.session.settings import LOCAL_VOICES, SETTINGS, VOICES
from navtalk_widget.testing import ScriptedService


def test_a_setting_is_assigned_and_read_like_that_of_an_avatar() -> None:
    session = Session(service="local", instructions="Be kind.")
    assert session.instructions == "Be kind."
    session.instructions = "Be brief."
    session.turn_detection = "semantic_vad"
    session.transcription_model = None
    assert (session.config.instructions, session.instructions) == ("Be brief.", "Be brief.")
    assert session.turn_detection == SemanticVad()
    assert session.config.input_audio_transcription is None
    assert session.transcription_model is None


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_read_of_a_setting_may_be_assigned_again(name: str) -> None:
    session = Session(service="local")
    before = session.config
    setattr(session, name, getattr(session, name))
    assert session.config == before


async def test_it_counts_in_the_running_conversation(service: ScriptedService) -> None:
    async with Session(service=service.url) as session:
        session.voice = "sage"
        update = await service.expect("session.update")
        while update["session"].get("voice") != "sage":
            update = await service.expect("session.update")


def test_a_value_that_is_not_valid_is_refused_and_the_old_one_stays() -> None:
    session = Session(service="local")
    with pytest.raises(ConfigurationError, match="temperature"):
        session.temperature = 9
    assert session.temperature == 0.8


def test_a_slip_of_the_pen_is_refused_and_other_names_are_ones_own() -> None:
    session = cast(Any, Session(service="local"))
    with pytest.raises(AttributeError, match=r"Session has no setting 'instruction'\. Did you mean 'instructions'\?"):
        session.instruction = "Be brief."
    session.title = "The first talk"
    assert session.title == "The first talk"


async def test_a_slip_in_an_events_name_is_refused_and_an_event_that_nobody_knows_is_not() -> None:
    session = Session(service="local")
    slips = {
        "trun": "turn",
        "turns": "turn",
        "tool_calls": "tool_call",
        "response.doen": "response.done",
        "response.audio_transcript.dleta": "response.audio_transcript.delta",
    }
    for slip, meant in slips.items():
        with pytest.raises(ConfigurationError, match=f"no event named '{slip}'. Did you mean '{meant}'"):
            session.on(slip, print)
    for name in ("*", "turn", "response.output_text.delta", "response.output_audio.delta", "conversation.item.added"):
        session.on(name, print)


def test_a_voice_that_the_local_service_does_not_have_is_told() -> None:
    with pytest.warns(UserWarning, match="no voice called 'banana'.*alloy.*onyx") as caught:
        Session(service="local", voice="banana")
    assert caught[0].filename == __file__
    session = Session(service="local", voice="nova")
    with pytest.warns(UserWarning, match="no voice called 'banana'") as caught:
        session.voice = "banana"
    assert caught[0].filename == __file__


@pytest.mark.parametrize("voice", [*LOCAL_VOICES, "", "bf_emma"])
def test_of_voices_that_somebody_has_nothing_is_said(voice: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Session(service="local", voice=voice)
        Session(service="ws://127.0.0.1:9", protocol="v1", license="sk_x", voice="banana")


def test_the_local_service_has_the_voices_that_are_told() -> None:
    assert LOCAL_VOICES == VOICE_NAMES
    assert set(VOICES) < set(LOCAL_VOICES)
