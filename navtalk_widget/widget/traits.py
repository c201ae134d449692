"""The traits of the widget: how things are. What is to be done goes by verbs and messages."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets
from pydantic import BaseModel

from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.metrics import Metrics
from navtalk_widget.session.settings import SETTINGS, VOICES, configured
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.widget.bundle import SCRIPT, STYLE, words_of
from navtalk_widget.widget.devices import ChosenDevice


class AvatarTraits(anywidget.AnyWidget):
    """The state of an `Avatar`. Only what the page shows is synced; the licence is no trait at all."""

    _esm = SCRIPT
    _css = STYLE

    # ── settings ─────────────────────────────────────────────────────────────────────────────────────────

    character = traitlets.Unicode("navtalk.Leo", read_only=True).tag(sync=True)
    """Whom one talks with."""

    avatar_id = traitlets.Unicode(read_only=True)
    """Whom one talks with, exactly, where several have the name."""

    model = traitlets.Unicode(read_only=True)
    """What the service uses for a mind; empty for its own choice."""

    instructions = traitlets.Unicode()
    """What the avatar is and how it should talk."""

    voice = traitlets.Unicode("cedar")
    """The voice, from the next answer on; by default the character's. ``""`` is the one that the service has for it."""

    temperature = traitlets.Float(0.8)
    """How much the answers vary, 0 to 2."""

    max_response_output_tokens = traitlets.Any("inf")
    """The longest answer: 1 to 4096 tokens, or ``"inf"``."""

    modalities = traitlets.Any(("text", "audio"))
    """``("text", "audio")``, or ``("text",)`` for an avatar that does not speak."""

    turn_detection = traitlets.Any("server_vad").tag(to_json=lambda chosen, _: _plain(chosen))
    """When a turn is over: ``"server_vad"``, also as ``{"threshold": 0.5, "prefix_padding_ms": 300,
    "silence_duration_ms": 500}``, which are its defaults; ``"semantic_vad"``, also as ``{"type": "semantic_vad",
    "eagerness": "auto"}``, or ``"low"``, ``"medium"``, ``"high"``; None for push-to-talk, see `commit_audio`."""

    transcription_model = traitlets.Any("whisper-1")
    """Which model of the service writes down what the person says; None for none."""

    tool_choice = traitlets.Any("auto")
    """Whether the avatar calls tools: ``"auto"``, ``"none"``, ``"required"``, ``{"type": "function", "name": …}``."""

    input_audio_format = traitlets.Any("pcm16")
    """How sound travels to the service: ``"pcm16"``, ``"g711_ulaw"`` or ``"g711_alaw"``."""

    output_audio_format = traitlets.Any("pcm16")
    """How sound travels from the service, likewise."""

    muted = traitlets.Bool(False).tag(sync=True)
    """Whether the microphone is silenced."""

    volume = traitlets.Float(1.0, min=0.0, max=1.0).tag(sync=True)
    """How loud the avatar is, 0 to 1."""

    captions = traitlets.Bool(True).tag(sync=True)
    """Whether what is said is shown over the video."""

    locale = traitlets.Enum(["en", "zh"], default_value="en").tag(sync=True)
    """The language of buttons and messages."""

    words: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    """All words of the page, in that language: it knows none by itself."""

    push_to_talk = traitlets.Bool(False)
    """Whether the microphone is open only while the person holds the button, or Space."""

    microphone = ChosenDevice("audioinput", streams=True)
    """What the page hears: None for the browser's own choice, one of `devices`, its label, or any
    ``ipywebrtc.MediaStream`` with sound. May be changed in the middle of a word."""

    speaker = ChosenDevice("audiooutput")
    """On what the avatar sounds: None for the browser's own choice, one of `devices`, or its label."""

    saved_turns = traitlets.Int(50, min=0, max=500)
    """How many turns are saved with the notebook; 0 for none."""

    # ── state ────────────────────────────────────────────────────────────────────────────────────────────

    status = traitlets.Enum(
        ["idle", "connecting", "listening", "thinking", "speaking", "reconnecting", "failed", "closed"],
        default_value="idle",
        read_only=True,
    ).tag(sync=True)
    """What the avatar is doing."""

    error = traitlets.Instance(NavTalkError, allow_none=True, read_only=True).tag(
        sync=True, to_json=lambda error, _: None if error is None else error.as_dict()
    )
    """What went wrong last; None when nothing did."""

    transcript = traitlets.Instance(Transcript, args=(), read_only=True)
    """What was said so far: an immutable snapshot. Observe it to follow the conversation."""

    transcript_tail: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    """The last `saved_turns` turns, for a notebook that is opened without its kernel."""

    voices: traitlets.List[str] = traitlets.List(list(VOICES), read_only=True)
    """Voices to choose from; a service may have more, by names of its own."""

    devices = traitlets.Instance(tuple, args=(), read_only=True)
    """Microphones and speakers of the page, a tuple of `Device`; empty until the person has allowed a microphone."""

    service_label = traitlets.Unicode(read_only=True).tag(sync=True)
    """Which service is used, and where one's words go."""

    metrics = traitlets.Instance(Metrics, args=(), read_only=True)
    """How well the conversation goes so far, in figures: an immutable snapshot. Observe it to follow them."""

    @traitlets.default("words")
    def _first_words(self) -> dict[str, Any]:
        return words_of(self.locale)

    @traitlets.observe("locale")
    def _fetch_words(self, change: Any) -> None:
        self.set_trait("words", words_of(change["new"]))

    @traitlets.validate(*SETTINGS)
    def _check_setting(self, proposal: Any) -> Any:
        configured(SessionConfig(), {proposal["trait"].name: proposal["value"]})
        return proposal["value"]


def _plain(turn_detection: Any) -> Any:
    """As pages are told it."""
    return turn_detection.model_dump() if isinstance(turn_detection, BaseModel) else turn_detection
