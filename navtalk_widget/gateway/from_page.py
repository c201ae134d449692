"""JSON messages that a page sends; ``tests/wire/page_messages.json`` holds a sample of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from navtalk_widget.errors import ProtocolError
from navtalk_widget.gateway.device import Device
from navtalk_widget.protocol.media_frames import VideoCodec
from navtalk_widget.protocol.signalling import SessionDescription

MAX_OFFSET_MS = 10_000
"""No lips are seen so much before or after their voice."""


def _plausible(offset_ms: float | None) -> float | None:
    """None where the browser goes on counting though nothing sounds any more, as when the loudspeaker has gone."""
    return offset_ms if offset_ms is not None and abs(offset_ms) <= MAX_OFFSET_MS else None


LipOffset = Annotated[float | None, AfterValidator(_plausible)]


class _FromPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Hello(_FromPage):
    """The first message of a page: it proves that the kernel sent it here."""

    type: Literal["hello"]
    token: str
    name: str = Field("", max_length=64)
    """How the page calls itself."""
    connection: int = Field(0, ge=0)
    """Counts the connections of a page, so that its newest is told from one that nobody knows to be dead."""


class Start(_FromPage):
    """Start was pressed: the page takes microphone and speaker, the conversation begins."""

    type: Literal["start"]


class Stop(_FromPage):
    """Stop was pressed: the conversation ends."""

    type: Literal["stop"]


class TakeOver(_FromPage):
    """The page takes microphone and speaker from whichever page has them."""

    type: Literal["take_over"]


class SendText(_FromPage):
    """The person typed something."""

    type: Literal["send_text"]
    text: str = Field(max_length=100_000)


class TalkBegin(_FromPage):
    """The person holds the button to talk."""

    type: Literal["talk_begin"]


class TalkEnd(_FromPage):
    """The person let go of the button, and wants an answer."""

    type: Literal["talk_end"]


class Interrupt(_FromPage):
    """The person cuts the avatar short."""

    type: Literal["interrupt"]


class Approve(_FromPage):
    """The person's word on a call of a tool that awaits approval."""

    type: Literal["approve"]
    call_id: str = Field(max_length=1_000)
    decision: Literal["allow", "deny", "always"]
    """``always`` allows the tool's further calls too, until the conversation ends."""


class MayRecord(_FromPage):
    """The person's word on whether what is said may be recorded."""

    type: Literal["may_record"]
    agreed: bool


class StopRecording(_FromPage):
    """The person does not want to be recorded any longer."""

    type: Literal["stop_recording"]


class ReconnectNow(_FromPage):
    """The person does not want to wait for the next attempt to connect."""

    type: Literal["reconnect_now"]


class Playback(_FromPage):
    """How the avatar's voice is heard; only the page that owns the media tells it."""

    type: Literal["playback"]
    delay_ms: float | None = Field(ge=0, le=60_000)
    """Milliseconds from the arrival of sound to its being heard; None if nothing can be heard."""
    offset_ms: LipOffset = None
    """How much later than its voice the picture is seen; None where the page cannot tell."""


class VoiceHeard(_FromPage):
    """An answer's voice began to be heard; only the page that owns the media tells it."""

    type: Literal["voice_heard"]
    at_ms: float
    """Milliseconds since 1970, by the page's clock."""
    offset_ms: LipOffset = None
    """How much later than its voice the picture is seen; None where the page cannot tell."""


class VoiceSilent(_FromPage):
    """Nothing is heard any more of a voice that was flushed; only the page that owns the media tells it."""

    type: Literal["voice_silent"]
    at_ms: float
    """Milliseconds since 1970, by the page's clock."""


class AnswerPeer(_FromPage):
    """The page's answer to an offer."""

    type: Literal["answer"]
    peer: int
    sdp: SessionDescription


class PageCandidate(_FromPage):
    """A candidate of the page."""

    type: Literal["ice_candidate"]
    peer: int
    candidate: dict[str, Any]


class MediaState(_FromPage):
    """How the page's peer connection fares, and which tracks arrive."""

    type: Literal["media_state"]
    peer: int
    state: Literal["connecting", "connected", "frozen", "failed", "closed"]
    """``frozen`` is connected, but without picture or packets that should be there."""
    audio_track: bool
    video_track: bool


class FirstFrame(_FromPage):
    """The avatar can be seen; milliseconds since Start, or Take over, was pressed."""

    type: Literal["first_frame"]
    elapsed_ms: float = Field(ge=0)


class Decoders(_FromPage):
    """Which encoded pictures can be sent to the page over the gateway, best first."""

    type: Literal["decoders"]
    codecs: list[VideoCodec] = Field(max_length=8)


class KeyFrame(_FromPage):
    """Of the pictures that come over the gateway, the page needs one that can be understood by itself."""

    type: Literal["key_frame"]


WritableTrait = Literal[
    "muted",
    "volume",
    "captions",
    "locale",
    "voice",
    "instructions",
    "turn_detection",
    "microphone",
    "speaker",
    "push_to_talk",
]
"""The widget's traits that a page may set."""


class SetTrait(_FromPage):
    """The person changed a setting on the page."""

    type: Literal["set_trait"]
    name: WritableTrait
    value: Any
    number: int = 0
    """Counts what this page sets, so that it can tell its own latest from what it has overtaken."""


class AskLink(_FromPage):
    """The page offers the person a page of its own for the conversation, and wants the link."""

    type: Literal["ask_link"]


class AskExtras(_FromPage):
    """The page needs the part of its script that it began without."""

    type: Literal["ask_extras"]


class Devices(_FromPage):
    """The microphones and speakers that the page has."""

    type: Literal["devices"]
    devices: list[Device] = Field(max_length=200)


class Pong(_FromPage):
    """The page answers a ping; times are milliseconds since 1970."""

    type: Literal["pong"]
    sent_ms: float
    """As the ping had it."""
    received_ms: float
    """When the page received it, by the page's clock."""
    answered_ms: float
    """When this answer left, by the page's clock."""


class PageProblem(_FromPage):
    """The page could not do its part."""

    type: Literal["page_error"]
    code: Literal[
        "microphone_denied",
        "microphone_missing",
        "microphone_lost",
        "microphone_silent",
        "insecure_context",
        "webrtc_failed",
        "autoplay_blocked",
        "worklet_failed",
        "microphone_replaced",
        "speaker_replaced",
        "stream_unusable",
    ]
    message: str = Field(default="", max_length=2_000)


FromPage = (
    Hello
    | Start
    | Stop
    | TakeOver
    | SendText
    | TalkBegin
    | TalkEnd
    | Interrupt
    | Approve
    | MayRecord
    | StopRecording
    | ReconnectNow
    | Playback
    | VoiceHeard
    | VoiceSilent
    | AnswerPeer
    | PageCandidate
    | MediaState
    | FirstFrame
    | Decoders
    | KeyFrame
    | SetTrait
    | Pong
    | AskLink
    | AskExtras
    | Devices
    | PageProblem
)

_from_page: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, Field(discriminator="type")])


def read(text: str | bytes) -> FromPage:
    """Read a page's message.

    Raises:
        ProtocolError: it is none that a page may send.
    """
    try:
        return _from_page.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(f"The page sent a message that is not understood: {field} {first['msg']}.") from None
