"""What all conversations of a service share: voice, ears, wits and faces."""

from __future__ import annotations

from dataclasses import dataclass, field

from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.engines.responder import Responder
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.talk.speaker import Speaker


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one service, made in its event loop; whoever makes them closes them."""

    responder: Responder
    speaker: Speaker = field(default_factory=lambda: Speaker(EspeakSynthesizer()))
    recognizer: Recognizer = field(default_factory=SphinxRecognizer)
    faces: Faces = field(default_factory=Faces)
    options: LocalOptions = field(default_factory=LocalOptions)

    async def close(self) -> None:
        """End threads and tasks."""
        self.speaker.close()
        await self.faces.close()
