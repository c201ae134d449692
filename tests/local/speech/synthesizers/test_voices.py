"""Names of voices and languages."""

from __future__ import annotations

from navtalk_widget.local.speech.synthesizers.voices import VOICE_NAMES, espeak_languages, voice_settings

NAMES = (
    "alloy",
    "ash",
    "ballad",
    "cedar",
    "coral",
    "echo",
    "fable",
    "marin",
    "nova",
    "onyx",
    "sage",
    "shimmer",
    "verse",
)


def test_every_voice_of_openai_has_settings_of_its_own() -> None:
    assert VOICE_NAMES == NAMES
    assert len({voice_settings(name) for name in NAMES}) == len(NAMES)


def test_names_are_known_however_they_are_written() -> None:
    assert voice_settings(" Alloy ") == voice_settings("alloy")


def test_unknown_names_get_a_default_of_their_gender() -> None:
    assert voice_settings("somebody") == voice_settings("") == voice_settings("cedar")
    assert voice_settings("juniper") == voice_settings("marin")


def test_languages_are_tried_from_the_closest_to_english() -> None:
    assert espeak_languages("pt_BR") == ("pt-br", "pt", "en-us")
    assert espeak_languages("zh-CN") == ("zh-cn", "cmn", "en-us")
    assert espeak_languages("zh-HK") == ("yue", "cmn", "en-us")
    assert espeak_languages("no") == ("nb", "en-us")
    assert espeak_languages("en") == ("en-us",)
    assert espeak_languages("") == ("en-us",)
