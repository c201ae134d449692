"""JSON messages that a page sends; ``tests/wire/page_messages.json`` holds a sample of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.signalling import SessionDescription


class _FromPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Hello(_FromPage):
    """The first message of a page: it proves that the kernel sent it here."""

    type: Literal["hello"]
    token: str


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


class Interrupt(_FromPage):
    """The person cuts the avatar short."""

    type: Literal["interrupt"]


class ReconnectNow(_FromPage):
    """The person does not want to wait for the next attempt to connect."""

    type: Literal["reconnect_now"]


class Playback(_FromPage):
    """How the avatar's voice is heard; only the page that owns the media tells it."""

    type: Literal["playback"]
    delay_ms: float | None = Field(ge=0, le=60_000)
    """Milliseconds from the arrival of sound to its being heard; None if nothing can be heard."""


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
    """The avatar can be seen; milliseconds since Start was pressed."""

    type: Literal["first_frame"]
    peer: int
    elapsed_ms: float


class PageProblem(_FromPage):
    """The page could not do its part."""

    type: Literal["page_error"]
    code: Literal[
        "microphone_denied",
        "microphone_missing",
        "microphone_lost",
        "insecure_context",
        "webrtc_failed",
        "autoplay_blocked",
        "worklet_failed",
    ]
    message: str = Field(default="", max_length=2_000)


FromPage = (
    Hello
    | Start
    | Stop
    | TakeOver
    | SendText
    | Interrupt
    | ReconnectNow
    | Playback
    | AnswerPeer
    | PageCandidate
    | MediaState
    | FirstFrame
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
